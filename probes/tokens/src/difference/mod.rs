//! How two tokenizers differ, as rows that say where; what a converter's habits explain is told apart.

mod added;
mod converter;
mod merges;
mod rows;
mod scores;
mod vocabulary;

pub use added::{AddedDifference, AddedFlag, AddedRow, FlagRow};
pub use converter::{ConverterNote, ConverterRule};
pub use merges::{ChangedMerge, MergeRow, MergesDifference, MovedMerge};
pub use rows::{Comparison, Examples, PropertyRow, RoleRow};
pub use scores::{ScoreRow, ScoresDifference};
pub use vocabulary::{MovedRow, PieceRow, Shift, SwapRow, VocabularyDifference};

use crate::description::{Description, ModelKind, Origin};
use converter::Notes;

/// How the operative tokenizer differs from the nominal one.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenizerDifference {
    /// How words become pieces, on both sides.
    pub kinds: (ModelKind, ModelKind),
    /// The files they were described from.
    pub origins: (Origin, Origin),
    /// Pieces and ids.
    pub vocabulary: VocabularyDifference,
    /// Merges.
    pub merges: MergesDifference,
    /// Scores of pieces that both sides have.
    pub scores: ScoresDifference,
    /// Added and special tokens.
    pub added: AddedDifference,
    /// What special tokens are for.
    pub roles: Vec<RoleRow>,
    /// How text is prepared and what is put around it.
    pub properties: Vec<PropertyRow>,
    /// What would be a difference if it did not follow from how a converter writes files.
    pub converter: Vec<ConverterNote>,
}

impl TokenizerDifference {
    /// Rows of every sort that differ; those that are not known or that the converter explains are not counted.
    /// A row about what a file leaves to its reader counts: an engine's way of reading is part of the deployment.
    pub fn count(&self) -> usize {
        let roles = self.roles.iter().filter(|row| row.comparison == Comparison::Differs).count();
        let properties = self.properties.iter().filter(|row| row.comparison == Comparison::Differs).count();
        usize::from(self.kinds.0 != self.kinds.1)
            + self.vocabulary.count()
            + self.merges.count()
            + self.scores.differing
            + self.added.count()
            + roles
            + properties
    }
}

/// Compares two descriptions. Of every sort of row at most 32 are listed; the others are counted.
pub fn difference(nominal: &Description, operative: &Description) -> TokenizerDifference {
    let mut notes = Notes::default();
    let vocabulary = vocabulary::compare(nominal, operative, &mut notes);
    let merges = merges::compare(nominal, operative);
    let scores = scores::compare(nominal, operative, &mut notes);
    let added = added::compare(nominal, operative, &mut notes);
    let roles = rows::compare_roles(nominal, operative, &mut notes);
    TokenizerDifference {
        kinds: (nominal.kind, operative.kind),
        origins: (nominal.origin, operative.origin),
        vocabulary,
        merges,
        scores,
        added,
        roles,
        properties: rows::compare_properties(nominal, operative),
        converter: notes.into_list(),
    }
}
