//! Why a tensor should have a type: the rule that chose it, and the shape that overruled the rule.

use std::fmt;

use parallax_artifact::DType;

/// The rule that chooses a tensor's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// It has one dimension.
    Vector,
    /// Its name does not end in `weight`.
    NoWeight,
    /// It is a normalisation.
    Normalisation,
    /// It holds positions or token types.
    SmallTable,
    /// It is small and sensitive: a router, a convolution, a mixing weight.
    Sensitive,
    /// The label's own type.
    Label,
    /// The output matrix gets more bits.
    Output,
    /// The token embedding is the output matrix too and gets its bits.
    TiedOutput,
    /// The first and last eighth of the blocks and every third one between get more bits.
    MoreBits,
    /// The first blocks get more bits.
    FirstBlocks,
    /// This part gets more bits in every block.
    Favoured,
    /// Attention values shared by four or more query heads get more bits.
    SharedValues,
    /// Attention values of the 70-billion model are shared by eight query heads and get more bits.
    SeventyBillion,
    /// The shared attention of an eight-expert model gets more bits.
    EightExperts,
    /// The rules of this label are not recomputed.
    NotRecomputed,
}

/// A shape that a type's blocks do not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fallback {
    /// The type that the rule chose.
    pub wanted: DType,
    /// Elements of a row.
    pub columns: usize,
}

/// Why a tensor should have its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Why {
    /// The rule.
    pub rule: Rule,
    /// Present when rows do not divide into the blocks of the chosen type, and another type takes its place.
    pub fallback: Option<Fallback>,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rule::Vector => "vectors are kept",
            Rule::NoWeight => "only names that end in `weight` are quantized",
            Rule::Normalisation => "normalisations are kept",
            Rule::SmallTable => "positions and token types are kept",
            Rule::Sensitive => "small sensitive parts are kept",
            Rule::Label => "the label's own type",
            Rule::Output => "the output matrix gets more bits",
            Rule::TiedOutput => "the token embedding is the output matrix too and gets more bits",
            Rule::MoreBits => "the first and last eighth of the blocks and every third one between get more bits",
            Rule::FirstBlocks => "the first blocks get more bits",
            Rule::Favoured => "this part gets more bits",
            Rule::SharedValues => "attention values shared by four or more heads get more bits",
            Rule::SeventyBillion => "attention values shared by eight heads get more bits",
            Rule::EightExperts => "the shared attention of eight experts gets more bits",
            Rule::NotRecomputed => "the rules of this label are not recomputed",
        })
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.rule)?;
        if let Some(Fallback { wanted, columns }) = self.fallback {
            let (name, block) = (wanted.name(), wanted.block_size());
            write!(f, "; {name} is replaced: rows of {columns} do not divide into its blocks of {block}")?;
        }
        Ok(())
    }
}
