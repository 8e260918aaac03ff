//! A statement is said only when its numbers allow it.

use parallax_words::{Error, Statement, Which, Words};

fn pair(moved: u64, total: u64, control: u64, to: &str) -> Statement {
    Statement::CategoryPairMoved {
        language: Some("hi".into()),
        from: "Farm work".into(),
        to: to.into(),
        moved,
        total,
        control,
    }
}

fn refused(statement: &Statement, expected: &str) {
    match Words::english().statement(statement) {
        Err(Error::GuardFailed { statement: id, reason }) => {
            assert_eq!(id, statement.id(), "the error names the statement");
            assert!(reason.contains(expected), "the reason `{reason}` says `{expected}`");
        }
        other => panic!("{statement:?} must not be said, but gave {other:?}"),
    }
}

#[test]
fn a_moved_pair_needs_more_than_rounding_two_categories_and_a_whole() {
    assert!(Words::english().statement(&pair(12, 90, 1, "Trade")).is_ok(), "12 of 90 beyond 1 may be said");
    refused(&pair(1, 90, 1, "Trade"), "not more than the 1");
    refused(&pair(12, 10, 1, "Trade"), "12 of 10");
    refused(&pair(0, 10, 0, "Trade"), "0 of 10");
    refused(&pair(12, 90, 1, "Farm work"), "both categories");
}

#[test]
fn leaving_to_several_categories_needs_several() {
    let left = |categories, left| Statement::CategoryLeft {
        language: None,
        from: "Farm work".into(),
        left,
        total: 90,
        categories,
        control: 2,
    };
    assert!(Words::english().statement(&left(3, 20)).is_ok(), "20 items to 3 categories may be said");
    refused(&left(1, 20), "1 categories");
    refused(&left(4, 3), "3 items");
    refused(&left(2, 2), "not more than the 2");
}

#[test]
fn single_flips_are_not_said_beside_a_category_finding() {
    refused(&Statement::SingleFlips { k: 3, n: 60, control: 2, category_findings: 1 }, "1 categories");
    refused(&Statement::NumbersChanged { tensors: 41, total: 41, percent: "100".to_owned() }, "says that of all");
    refused(&Statement::NumbersChangedEverywhere { total: 0 }, "there are none");
    refused(&Statement::NumbersChanged { tensors: 0, total: 41, percent: "0".to_owned() }, "not some of them");
    refused(&Statement::SingleFlipsBesideCategories { k: 3, n: 60, category_findings: 0 }, "no category");
}

#[test]
fn no_difference_needs_a_test_that_could_have_found_one() {
    let none = |positive_control| Statement::NoDifference { n: 720, positive_control };
    assert!(Words::english().statement(&none(1.0)).is_ok(), "all changes made on purpose were found");
    refused(&none(0.5), "0.5");
    refused(&none(f64::NAN), "NaN");
    refused(&none(f64::INFINITY), "inf");
    refused(&Statement::NoDifference { n: 0, positive_control: 1.0 }, "none");
}

#[test]
fn a_language_is_untestable_only_above_one_word_in_five() {
    let unknown = |k| Statement::CannotTestUnknownWords { language: "kn".into(), variant: Which::Operative, k, n: 100 };
    assert!(Words::english().statement(&unknown(21)).is_ok(), "21 of 100 is more than one in five");
    refused(&unknown(20), "20 of 100");
}

#[test]
fn identical_files_need_equal_hashes() {
    let files =
        |other: &str| Statement::FilesIdentical { nominal_sha256: "a".repeat(64), operative_sha256: other.into() };
    assert!(Words::english().statement(&files(&"a".repeat(64))).is_ok(), "equal hashes may be said");
    refused(&files(&"b".repeat(64)), "the hashes are");
}
