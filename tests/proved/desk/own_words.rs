//! Own words: sorted with the models at hand, stored only when they are kept, and forgotten for good.

use parallax_wire::{
    Code, FindVariant, ForgetWords, ItemQuery, KeepWords, ListItems, PlaceForm, Role, ShowOwnWords, SortWords,
};

use super::Seat;

const OWN: &str = "ನನ್ನ ಪಡಿತರ ಚೀಟಿ ಕಳೆದುಹೋಗಿದೆ ಎಂಬುದು ಗುಟ್ಟು";

#[test]
fn words_are_stored_only_when_they_are_kept() {
    let (seat, case) = Seat::with_case();
    let file = seat.folder.path().join("case.parallax");
    let page = seat.ask(&ShowOwnWords { case: case.id.clone() }).expect("the page opens");
    assert!(page.nominal_at_hand && page.operative_at_hand, "the shipped models are always at hand");
    assert!(page.fitted && page.kept.is_empty());
    let sort = |job| SortWords { job, case: case.id.clone(), text: OWN.to_owned(), language: "kn".to_owned() };
    let reply = seat.ask(&sort(1)).expect("words are sorted");
    assert_eq!(reply.sorted.text, OWN, "nothing is normalised");
    assert!(reply.sorted.sorted.iter().any(|by| by.reader == "head" && !by.nominal.is_empty()), "the head decides");
    let holds = || {
        let bytes = std::fs::read(&file).expect("the case file");
        bytes.windows(OWN.len()).any(|window| window == OWN.as_bytes())
    };
    assert!(!holds(), "sorting stores nothing");
    let kept = seat.ask(&KeepWords { case: case.id.clone(), sorted: reply.id }).expect("words are kept");
    assert_eq!(kept.sorted, reply.sorted, "what is kept is what was shown");
    let page = seat.ask(&ShowOwnWords { case: case.id.clone() }).expect("the page opens");
    assert_eq!(page.kept, vec![kept.clone()]);
    seat.ask(&ForgetWords { case: case.id.clone(), words: kept.id.clone() }).expect("words are forgotten");
    assert!(!holds(), "forgotten words are gone from the file");
    let again = seat.ask(&ForgetWords { case: case.id, words: kept.id }).expect_err("they are gone");
    assert_eq!(again.code, Code::BadInput);
}

#[test]
fn an_item_typed_as_own_words_is_sorted_as_in_the_audit() {
    let (seat, case) = Seat::with_case();
    let query = ItemQuery { finding: Some("F1".to_owned()), limit: 3, ..ItemQuery::default() };
    let items = seat.ask(&ListItems { case: case.id.clone(), query }).expect("items").items;
    assert!(!items.is_empty(), "the first finding rests on items");
    for (job, item) in (1..).zip(items) {
        let reply = seat
            .ask(&SortWords { job, case: case.id.clone(), text: item.text.clone(), language: item.language.clone() })
            .expect("words are sorted");
        let head = item.decisions.iter().find(|decision| decision.reader == "head").expect("a decision");
        let by = reply
            .sorted
            .sorted
            .iter()
            .find(|by| by.suite == item.suite && by.reader == "head")
            .expect("the head reads it");
        assert_eq!((&by.nominal[0].category, &by.operative[0].category), (&head.nominal, &head.operative));
    }
}

#[test]
fn empty_words_and_other_models_are_refused_with_a_sentence() {
    let (seat, case) = Seat::with_case();
    let empty = SortWords { job: 1, case: case.id.clone(), text: "  ".to_owned(), language: "en".to_owned() };
    assert_eq!(seat.ask(&empty).expect_err("nothing was typed").code, Code::BadInput);
    let other =
        parallax_commands::demo_request(&seat.folder.path().join("other"), parallax_commands::DemoVariant::Honest)
            .expect("models");
    seat.will_choose(other.operative.as_ref());
    let refused = seat
        .ask(&FindVariant { case: case.id, role: Role::Operative, form: PlaceForm::Folder })
        .expect_err("these are other files than the audit saw");
    assert_eq!(refused.code, Code::BadInput);
    assert!(refused.to_string().contains("honest") || refused.to_string().contains("model.gguf"), "{refused}");
}
