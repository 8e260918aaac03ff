//! What must hold before a statement may be said; the numbers themselves are made elsewhere.

use crate::{Error, Statement};

/// Share of changes made on purpose that a test must find before "we found no difference" may be said.
///
/// 0.8 is the power that a planned comparison conventionally asks for (Cohen 1988, section 2.4).
pub(crate) const POSITIVE_CONTROL_FIRES: f64 = 0.8;

/// A language cannot be tested when more than one word in this many is an unknown token.
const UNKNOWN_WORDS_ONE_IN: u64 = 5;

impl Statement {
    /// Checks that its numbers allow it to be said.
    ///
    /// # Errors
    /// [`Error::GuardFailed`] with the condition that does not hold.
    pub fn check(&self) -> Result<(), Error> {
        self.broken_condition()
            .map_or(Ok(()), |reason| Err(Error::GuardFailed { statement: self.id().to_owned(), reason }))
    }

    /// The condition that does not hold, if any.
    fn broken_condition(&self) -> Option<String> {
        match self {
            Self::CategoryPairMoved { from, to, moved, total, control, .. } => different(from, to)
                .or_else(|| some_of(*moved, *total))
                .or_else(|| more_than(*moved, *control)),
            Self::CategoryPairMovedWithoutControl { from, to, moved, total, .. } => {
                different(from, to).or_else(|| some_of(*moved, *total))
            }
            Self::CategoryLeft { left, total, categories, control, .. } => some_of(*left, *total)
                .or_else(|| several(*categories, *left))
                .or_else(|| more_than(*left, *control)),
            Self::CategoryLeftWithoutControl { left, total, categories, .. } => {
                some_of(*left, *total).or_else(|| several(*categories, *left))
            }
            Self::SingleFlips { k, n, category_findings, .. }
            | Self::SingleFlipsWithoutControl { k, n, category_findings } => some_of(*k, *n).or_else(|| {
                (*category_findings != 0).then(|| format!("{category_findings} categories gain or lose items"))
            }),
            Self::SingleFlipsBesideCategories { k, n, category_findings } => some_of(*k, *n).or_else(|| {
                (*category_findings == 0).then(|| "no category gains or loses items".to_owned())
            }),
            Self::TokensDiffer { k, n, .. }
            | Self::NeighboursChangedWithoutControl { k, n, .. }
            | Self::NeighboursChanged { k, n, .. }
            | Self::NumbersRounded { k, n }
            | Self::CannotTestSameTokens { k, n, .. }
            | Self::LimitTokensDiffer { k, n } => some_of(*k, *n),
            Self::NumbersChangedEverywhere { total } => at_least_one(*total),
            Self::NumbersChanged { tensors, total, percent } => some_of(*tensors, *total)
                .or_else(|| (tensors == total).then(|| "another sentence says that of all".to_owned()))
                .or_else(|| percent.trim().is_empty().then(|| "no share is named".to_owned())),
            Self::CannotTestUnknownWords { k, n, .. } => some_of(*k, *n).or_else(|| {
                (k.saturating_mul(UNKNOWN_WORDS_ONE_IN) <= *n)
                    .then(|| format!("{k} of {n} words are not more than one in {UNKNOWN_WORDS_ONE_IN}"))
            }),
            Self::NoDifference { n, positive_control } => at_least_one(*n).or_else(|| {
                // The negated form also refuses a value that is not a number.
                let fires = (POSITIVE_CONTROL_FIRES..=1.0).contains(positive_control);
                (!fires).then(|| {
                    format!("the test found a share of {positive_control} of changes made on purpose, not {POSITIVE_CONTROL_FIRES} to 1")
                })
            }),
            Self::NoDifferenceWeak { n, percent } => at_least_one(*n).or_else(|| at_most_hundred(*percent)),
            Self::LimitWeakTest { percent } => at_most_hundred(*percent),
            Self::NoDifferenceUnchecked { n } | Self::LimitFewItems { n } => at_least_one(*n),
            Self::FilesIdentical { nominal_sha256, operative_sha256 } => (nominal_sha256 != operative_sha256
                || nominal_sha256.len() != 64)
                .then(|| format!("the hashes are `{nominal_sha256}` and `{operative_sha256}`")),
            Self::LabelsDiffer { k } => at_least_one(*k),
            Self::ProbeTransferLower { nominal_right, operative_right, n } => {
                some_of(*nominal_right, *n).or_else(|| more_than(*nominal_right, *operative_right))
            }
            Self::LimitUnreviewed { languages } => {
                languages.trim().is_empty().then(|| "no language is named".to_owned())
            }
            Self::LimitSynthetic {}
            | Self::LimitOneRun {}
            | Self::LimitExamplesChosen {}
            | Self::LimitCauseUnknown {}
            | Self::LimitNumbersNotWhy {}
            | Self::LimitRoundingApproximate {}
            | Self::LimitNoRoundingControl {}
            | Self::LimitNotHarm {}
            | Self::LimitReaderPrototype {}
            | Self::LimitReaderProbe {} => None,
        }
    }
}

fn different(from: &str, to: &str) -> Option<String> {
    (from == to).then(|| format!("both categories are `{from}`"))
}

fn some_of(part: u64, whole: u64) -> Option<String> {
    (part == 0 || part > whole).then(|| format!("{part} of {whole} is not some of them"))
}

fn more_than(found: u64, control: u64) -> Option<String> {
    (found <= control).then(|| format!("{found} is not more than the {control} of the control"))
}

fn several(categories: u64, items: u64) -> Option<String> {
    (categories < 2 || categories > items)
        .then(|| format!("{items} items cannot be said to go to {categories} categories"))
}

fn at_least_one(n: u64) -> Option<String> {
    (n == 0).then(|| "there are none".to_owned())
}

fn at_most_hundred(percent: u64) -> Option<String> {
    (percent > 100).then(|| format!("{percent} is no percentage"))
}
