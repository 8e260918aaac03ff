//! The sentences as people read them, and their way through storage.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use parallax_wire::Param;
use parallax_words::{Error, Isolation, Statement, Which, Words, params, visible, without_isolates};

fn examples() -> Vec<Statement> {
    let (hindi, from, to) = (Some("hi".to_owned()), "खेती".to_owned(), "Trade".to_owned());
    vec![
        Statement::CategoryPairMoved {
            language: hindi.clone(),
            from: from.clone(),
            to: to.clone(),
            moved: 12,
            total: 90,
            control: 1,
        },
        Statement::CategoryPairMoved {
            language: None,
            from: from.clone(),
            to: to.clone(),
            moved: 1,
            total: 90,
            control: 0,
        },
        Statement::CategoryPairMovedWithoutControl {
            language: hindi.clone(),
            from: from.clone(),
            to,
            moved: 12,
            total: 90,
        },
        Statement::CategoryLeft {
            language: hindi.clone(),
            from: from.clone(),
            left: 20,
            total: 90,
            categories: 3,
            control: 2,
        },
        Statement::CategoryLeft { language: None, from: from.clone(), left: 20, total: 90, categories: 3, control: 0 },
        Statement::CategoryLeftWithoutControl { language: None, from, left: 20, total: 90, categories: 3 },
        Statement::SingleFlips { k: 9, n: 720, control: 8, category_findings: 0 },
        Statement::SingleFlips { k: 1, n: 720, control: 0, category_findings: 0 },
        Statement::SingleFlipsWithoutControl { k: 9, n: 720, category_findings: 0 },
        Statement::SingleFlipsBesideCategories { k: 40, n: 720, category_findings: 1 },
        Statement::SingleFlipsBesideCategories { k: 40, n: 720, category_findings: 2 },
        Statement::NumbersChanged { tensors: 1, total: 101, percent: "0.13".to_owned() },
        Statement::NumbersChanged { tensors: 41, total: 101, percent: "12.0".to_owned() },
        Statement::NumbersChangedEverywhere { total: 1 },
        Statement::NumbersChangedEverywhere { total: 41 },
        Statement::TokensDiffer { language: hindi.clone(), k: 140, n: 240 },
        Statement::TokensDiffer { language: None, k: 140, n: 720 },
        Statement::CannotTestUnknownWords { language: "kn".into(), variant: Which::Operative, k: 12_345, n: 12_400 },
        Statement::CannotTestUnknownWords { language: "kn-IN".into(), variant: Which::Both, k: 50, n: 60 },
        Statement::CannotTestUnknownWords { language: "x-private".into(), variant: Which::Nominal, k: 50, n: 60 },
        Statement::CannotTestSameTokens { language: "bn".into(), variant: Which::Nominal, k: 4, n: 60 },
        Statement::CannotTestSameTokens { language: "bn".into(), variant: Which::Operative, k: 4, n: 60 },
        Statement::CannotTestSameTokens { language: "bn".into(), variant: Which::Both, k: 4, n: 60 },
        Statement::NeighboursChanged { language: hindi, k: 60, n: 240, neighbours: 10 },
        Statement::NeighboursChangedWithoutControl { language: None, k: 60, n: 240, neighbours: 10 },
        Statement::NoDifference { n: 720, positive_control: 1.0 },
        Statement::NoDifferenceWeak { n: 720, percent: 40 },
        Statement::NoDifferenceUnchecked { n: 720 },
        Statement::FilesIdentical { nominal_sha256: "a".repeat(64), operative_sha256: "a".repeat(64) },
        Statement::NumbersRounded { k: 36, n: 101 },
        Statement::LabelsDiffer { k: 1 },
        Statement::LabelsDiffer { k: 2 },
        Statement::ProbeTransferLower { nominal_right: 200, operative_right: 150, n: 240 },
        Statement::LimitSynthetic {},
        Statement::LimitUnreviewed { languages: "hi, kn".into() },
        Statement::LimitOneRun {},
        Statement::LimitExamplesChosen {},
        Statement::LimitTokensDiffer { k: 3, n: 12 },
        Statement::LimitCauseUnknown {},
        Statement::LimitNumbersNotWhy {},
        Statement::LimitRoundingApproximate {},
        Statement::LimitNoRoundingControl {},
        Statement::LimitNotHarm {},
        Statement::LimitReaderPrototype {},
        Statement::LimitReaderProbe {},
        Statement::LimitFewItems { n: 1 },
        Statement::LimitWeakTest { percent: 80 },
    ]
}

#[test]
fn statements_read_as_whole_plain_sentences() {
    let words = Words::english().with_isolation(Isolation::None);
    let mut text = String::new();
    for statement in examples() {
        writeln!(text, "{}: {}", statement.id(), words.statement(&statement).unwrap()).unwrap();
    }
    insta::assert_snapshot!("statements", text);
}

#[test]
fn every_statement_has_an_example_here() {
    let shown: std::collections::BTreeSet<&str> = examples().iter().map(Statement::id).collect();
    let all: std::collections::BTreeSet<&str> = Statement::IDS.iter().copied().collect();
    assert_eq!(shown, all, "the snapshot shows every statement");
}

#[test]
fn a_stored_finding_is_said_again_word_by_word() {
    let words = Words::english();
    for statement in examples() {
        let again = Statement::from_parts(statement.id(), &statement.params()).unwrap();
        assert_eq!(again, statement, "params carry the whole statement");
        assert_eq!(
            words.restate(statement.id(), &statement.params()).unwrap(),
            words.statement(&statement).unwrap(),
            "a stored finding reads as on the first day"
        );
    }
}

#[test]
fn a_stored_finding_with_altered_numbers_is_refused() {
    let mut stored = examples()[0].params();
    stored.insert("control".into(), Param::Count(99));
    assert!(
        matches!(Words::english().restate("category-pair-moved", &stored), Err(Error::GuardFailed { .. })),
        "the guard also holds for stored findings"
    );
    stored.insert("control".into(), Param::Text("1".into()));
    assert!(
        matches!(Words::english().restate("category-pair-moved", &stored), Err(Error::WrongParam { .. })),
        "a count is not a text"
    );
    stored.remove("control");
    assert_eq!(
        Words::english().restate("category-pair-moved", &stored),
        Err(Error::MissingParam { id: "category-pair-moved".into(), param: "control".into() }),
        "a missing slot is named"
    );
}

#[test]
fn a_missing_sentence_or_slot_is_an_error_and_never_half_a_sentence() {
    let words = Words::english();
    assert_eq!(
        words.text("no-such-sentence"),
        Err(Error::UnknownMessage { id: "no-such-sentence".into() }),
        "an unknown id is named"
    );
    assert_eq!(
        words.say("verify-missing", &BTreeMap::new()),
        Err(Error::MissingParam { id: "verify-missing".into(), param: "path".into() }),
        "a missing slot is named"
    );
}

#[test]
fn names_are_isolated_for_pages_and_bare_for_terminals() {
    let slots = params([("path", Param::Text("data/report.json".into()))]);
    let page = Words::english().say("verify-missing", &slots).unwrap();
    assert!(page.contains("\u{2068}data/report.json\u{2069}"), "the name is isolated in {page:?}");
    let terminal = Words::english().with_isolation(Isolation::None).say("verify-missing", &slots).unwrap();
    assert!(!terminal.contains('\u{2068}'), "no mark in {terminal:?}");
    assert_eq!(without_isolates(&page), terminal, "only the marks differ");
}

#[test]
fn controls_that_reorder_text_are_written_out_and_joiners_stay() {
    assert_eq!(visible("a\u{202E}b\u{1B}[31m"), "a[U+202E]b[U+001B][31m", "overrides and escapes are shown");
    let kannada = "ಕ್ಷೇತ್ರ\u{200D}ಕ";
    assert_eq!(visible(kannada), kannada, "a joiner is part of the spelling");
    let slots = params([("path", Param::Text("x\u{2069}\u{202E}y".into()))]);
    let sentence = Words::english().say("verify-missing", &slots).unwrap();
    assert_eq!(sentence.matches('\u{2069}').count(), 1, "a name cannot end its own isolate");
}

#[test]
fn an_unknown_language_falls_back_to_english() {
    assert_eq!(Words::new("tlh").language(), "en", "Klingon is not spoken yet");
    assert_eq!(Words::new("en-IN").language(), "en", "a region does not matter");
    assert_eq!(Words::new("not a tag!").language(), "en", "nonsense does not either");
}
