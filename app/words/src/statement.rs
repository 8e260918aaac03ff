//! The statements that an audit can make, each with the numbers it rests on; their guards are in `guard`.

use std::collections::BTreeMap;

use parallax_wire::Param;

use crate::Error;
use crate::slot::{Slot, Which};

/// Declares the statements once: variant, id, and fields that become params of the same name.
macro_rules! statements {
    ($( $(#[$doc:meta])* $variant:ident $id:literal { $( $(#[$field_doc:meta])* $field:ident : $kind:ty ),* $(,)? } )*) => {
        /// A finding or limit with the numbers it rests on.
        ///
        /// `language` fields hold BCP 47 tags; `None` stands for all items of the suite.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Statement {
            $( $(#[$doc])* $variant { $( $(#[$field_doc])* $field: $kind ),* } ),*
        }

        impl Statement {
            /// Ids of all statements, in the order of their declaration.
            pub const IDS: &'static [&'static str] = &[$($id),*];

            /// Id of its sentence, as stored in `Finding.statement_id`.
            pub fn id(&self) -> &'static str {
                match self { $( Self::$variant { .. } => $id ),* }
            }

            /// What fills the slots of its sentence, as stored in `Finding.params`.
            pub fn params(&self) -> BTreeMap<String, Param> {
                match self {
                    $( Self::$variant { $($field),* } => BTreeMap::from([
                        $( (stringify!($field).to_owned(), Slot::to_param($field)) ),*
                    ]) ),*
                }
            }

            /// The statement that a stored finding makes.
            ///
            /// # Errors
            /// When no statement has the id, or a slot is missing or of another kind.
            /// The guard is not looked at here but when the statement is said.
            pub fn from_parts(id: &str, params: &BTreeMap<String, Param>) -> Result<Self, Error> {
                match id {
                    $( $id => Ok(Self::$variant { $( $field: read_slot(id, stringify!($field), params)? ),* }), )*
                    _ => Err(Error::UnknownStatement { id: id.to_owned() }),
                }
            }
        }
    };
}

fn read_slot<S: Slot>(id: &str, name: &str, params: &BTreeMap<String, Param>) -> Result<S, Error> {
    let param = params.get(name).ok_or_else(|| Error::MissingParam { id: id.to_owned(), param: name.to_owned() })?;
    S::from_param(param).ok_or_else(|| Error::WrongParam {
        id: id.to_owned(),
        param: name.to_owned(),
        expected: S::EXPECTED,
    })
}

statements! {
    /// Items of one category are sorted under one other category, beyond what rounding explains.
    CategoryPairMoved "category-pair-moved" {
        /// Language of the items.
        language: Option<String>,
        /// Label of the category in the published variant.
        from: String,
        /// Label of the category in the deployed variant.
        to: String,
        /// Items that the published variant sorts under `from` and the deployed one under `to`.
        moved: u64,
        /// Items that the published variant sorts under `from`.
        total: u64,
        /// Items that the rounding control moves from `from` to `to`.
        control: u64,
    }
    /// The same where no rounding control could be made.
    CategoryPairMovedWithoutControl "category-pair-moved-without-control" {
        /// Language of the items.
        language: Option<String>,
        /// Label of the category in the published variant.
        from: String,
        /// Label of the category in the deployed variant.
        to: String,
        /// Items that the published variant sorts under `from` and the deployed one under `to`.
        moved: u64,
        /// Items that the published variant sorts under `from`.
        total: u64,
    }
    /// Items of one category are sorted under several others, beyond what rounding explains.
    CategoryLeft "category-left" {
        /// Language of the items.
        language: Option<String>,
        /// Label of the category in the published variant.
        from: String,
        /// Items that the deployed variant no longer sorts under `from`.
        left: u64,
        /// Items that the published variant sorts under `from`.
        total: u64,
        /// Number of other categories under which the deployed variant sorts them.
        categories: u64,
        /// Items that the rounding control no longer sorts under `from`.
        control: u64,
    }
    /// The same where no rounding control could be made.
    CategoryLeftWithoutControl "category-left-without-control" {
        /// Language of the items.
        language: Option<String>,
        /// Label of the category in the published variant.
        from: String,
        /// Items that the deployed variant no longer sorts under `from`.
        left: u64,
        /// Items that the published variant sorts under `from`.
        total: u64,
        /// Number of other categories under which the deployed variant sorts them.
        categories: u64,
    }
    /// Stored numbers differ from the published ones in a way that no known way of storing explains.
    NumbersChanged "numbers-changed" {
        /// Tensors that hold such numbers.
        tensors: u64,
        /// Tensors that were compared.
        total: u64,
        /// Share of all compared weights that lie in them, in percent, as it is shown.
        percent: String,
    }
    /// The same for every tensor.
    NumbersChangedEverywhere "numbers-changed-everywhere" {
        /// Tensors that were compared.
        total: u64,
    }
    /// Items are sorted differently, and no category finding was made.
    SingleFlips "single-flips" {
        /// Items sorted differently.
        k: u64,
        /// Items asked.
        n: u64,
        /// Items that the rounding control sorts differently.
        control: u64,
        /// Category findings made with the same items; must be 0.
        category_findings: u64,
    }
    /// The same where no rounding control could be made.
    SingleFlipsWithoutControl "single-flips-without-control" {
        /// Items sorted differently.
        k: u64,
        /// Items asked.
        n: u64,
        /// Category findings made with the same items; must be 0.
        category_findings: u64,
    }
    /// Items are sorted differently, and category findings say where.
    SingleFlipsBesideCategories "single-flips-beside-categories" {
        /// Items sorted differently.
        k: u64,
        /// Items asked.
        n: u64,
        /// Category findings made with the same items; at least 1.
        category_findings: u64,
    }
    /// Items reach the two variants as different token ids.
    TokensDiffer "tokens-differ" {
        /// Language of the items.
        language: Option<String>,
        /// Items read differently.
        k: u64,
        /// Items asked.
        n: u64,
    }
    /// Too many words of a language are unknown tokens.
    CannotTestUnknownWords "cannot-test-unknown-words" {
        /// Language that cannot be tested.
        language: String,
        /// Which variant cannot read it.
        variant: Which,
        /// Words that hold an unknown token.
        k: u64,
        /// Words of the items.
        n: u64,
    }
    /// Items of different categories reach the variant as the same token ids.
    CannotTestSameTokens "cannot-test-same-tokens" {
        /// Language that cannot be tested.
        language: String,
        /// Which variant cannot tell them apart.
        variant: Which,
        /// Items that share their token ids with an item of another category.
        k: u64,
        /// Items asked.
        n: u64,
    }
    /// Nearest neighbours changed further than rounding explains.
    NeighboursChanged "neighbours-changed" {
        /// Language of the items.
        language: Option<String>,
        /// Items whose neighbours changed further than rounding explains.
        k: u64,
        /// Items asked.
        n: u64,
        /// Number of neighbours looked at.
        neighbours: u64,
    }
    /// Nearest neighbours changed, and no rounding control could be made.
    NeighboursChangedWithoutControl "neighbours-changed-without-control" {
        /// Language of the items.
        language: Option<String>,
        /// Items of which at least half of the neighbours changed.
        k: u64,
        /// Items asked.
        n: u64,
        /// Number of neighbours looked at.
        neighbours: u64,
    }
    /// Nothing was found, and the same test finds changes that were made on purpose.
    NoDifference "no-difference" {
        /// Items asked.
        n: u64,
        /// Share of changes made on purpose that the same test found.
        positive_control: f64,
    }
    /// Nothing was found, and the same test misses many changes that were made on purpose.
    NoDifferenceWeak "no-difference-weak" {
        /// Items asked.
        n: u64,
        /// Percent of changes made on purpose that the same test found, rounded down.
        percent: u64,
    }
    /// Nothing was found, and whether anything could have been found was not checked.
    NoDifferenceUnchecked "no-difference-unchecked" {
        /// Items asked.
        n: u64,
    }
    /// The files are the same bytes.
    FilesIdentical "files-identical" {
        /// SHA-256 of the published weights, hex.
        nominal_sha256: String,
        /// SHA-256 of the deployed weights, hex.
        operative_sha256: String,
    }
    /// The deployed file stores numbers with fewer digits.
    NumbersRounded "numbers-rounded" {
        /// Tensors stored with fewer digits than in the published file.
        k: u64,
        /// Tensors compared.
        n: u64,
    }
    /// The two variants have different lists of categories.
    LabelsDiffer "labels-differ" {
        /// Labels that only one of the two has.
        k: u64,
    }
    /// A reading of the categories fitted on the published variant fits the deployed one less well.
    ProbeTransferLower "probe-transfer-lower" {
        /// Held-out items it sorts as the suite does, read on the published variant.
        nominal_right: u64,
        /// The same items, read on the deployed variant.
        operative_right: u64,
        /// Held-out items.
        n: u64,
    }

    /// The items were generated.
    LimitSynthetic "limit-synthetic" {}
    /// No native reader has reviewed the items.
    LimitUnreviewed "limit-unreviewed" {
        /// BCP 47 tags, separated by a comma and a space.
        languages: String,
    }
    /// It was measured once.
    LimitOneRun "limit-one-run" {}
    /// The items were chosen and not drawn.
    LimitExamplesChosen "limit-examples-chosen" {}
    /// The variants do not read the same tokens.
    LimitTokensDiffer "limit-tokens-differ" {
        /// Items of the finding that the two variants read as different tokens.
        k: u64,
        /// Items of the finding.
        n: u64,
    }
    /// The cause was not tested.
    LimitCauseUnknown "limit-cause-unknown" {}
    /// Why numbers were changed cannot be seen in them.
    LimitNumbersNotWhy "limit-numbers-not-why" {}
    /// The rounding control was made with another encoder than the deployed file.
    LimitRoundingApproximate "limit-rounding-approximate" {}
    /// There is no rounding control.
    LimitNoRoundingControl "limit-no-rounding-control" {}
    /// A difference is not a harm.
    LimitNotHarm "limit-not-harm" {}
    /// Decisions were read by likeness to examples and not by the variant's own head.
    LimitReaderPrototype "limit-reader-prototype" {}
    /// Decisions were read by a probe and not by the variant's own head.
    LimitReaderProbe "limit-reader-probe" {}
    /// Few items were asked.
    LimitFewItems "limit-few-items" {
        /// Items asked.
        n: u64,
    }
    /// The test misses some changes that were made on purpose.
    LimitWeakTest "limit-weak-test" {
        /// Percent of changes made on purpose that the same test found, rounded down.
        percent: u64,
    }
}
