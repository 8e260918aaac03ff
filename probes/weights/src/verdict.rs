//! What can be said of one deployed tensor, from explained to unrelated.

/// Whether a known transform of the published numbers explains a tensor's bytes; the later, the less it explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The same bytes.
    Identical,
    /// The published numbers, stored again, give these bytes.
    Reproduced,
    /// The same but for roundings that fall exactly between two codes.
    ReproducedUpToTies,
    /// Every code follows from the published numbers and the scales that the file itself holds.
    CodesExplained,
    /// Explained, but stored as another type than the claim leads to.
    TypeUnexpected,
    /// Nothing could be decided: the type cannot be read, or numbers are not finite.
    NotDecidable,
    /// The codes follow from the published numbers, the scales do not.
    ScaleUnexplained,
    /// What remains is a change of low rank.
    ResidualLowRank,
    /// What remains is a change of some rows or columns.
    ResidualSparse,
    /// Related to the published tensor by more than chance, and no longer that tensor.
    LineageOnly,
    /// Other numbers stand here, in a model that is otherwise related.
    Replaced,
    /// No relation to the published tensor was found, nor of the rest of the model to the published model.
    Unrelated,
}

impl Verdict {
    /// Whether a known transform of the published numbers accounts for every stored number.
    pub fn is_explained(self) -> bool {
        self <= Verdict::TypeUnexpected
    }
}
