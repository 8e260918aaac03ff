//! Own words: kept as they were sorted, and gone from the file when they are forgotten.

use parallax_store::{Case, Error};
use parallax_wire::KeptWords;

use crate::sample::{self, DAY, NEXT_DAY};

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

#[test]
fn kept_words_come_back_as_they_were() {
    let (_folder, path, mut case) = sample::case();
    let first = sample::kept_words("w1", "ಅವಳು\u{200d} — she farms;\n'--\0");
    let second = sample::kept_words("w2", "more");
    case.keep_words(&first, DAY).expect("the first is kept");
    case.keep_words(&second, NEXT_DAY).expect("the second is kept");
    let refused = case.keep_words(&first, NEXT_DAY).expect_err("an id is used once");
    assert!(matches!(refused, Error::DuplicateWords { .. }), "{refused:?}");
    case.close().expect("the case closes");
    let case = Case::open(&path).expect("the case opens");
    assert_eq!(case.kept_words().expect("kept words"), [first, second], "every character and number, in order");
    assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "the history knows of both");
}

#[test]
fn forgotten_words_are_gone_from_the_file() {
    let (folder, path, mut case) = sample::case();
    // Many and long ones, so that rows spill over pages and pages are merged again.
    let words: Vec<KeptWords> = (0..60)
        .map(|n| sample::kept_words(&format!("w{n}"), &format!("Zebulon{n:02} {}", "Zebulon ".repeat(n * n))))
        .collect();
    for kept in &words {
        case.keep_words(kept, DAY).expect("they are kept");
    }
    let order = |n: usize| (n * 37) % words.len();
    for forgotten in (0..words.len()).map(order).filter(|&n| n != 7) {
        case.forget_words(&words[forgotten].id, NEXT_DAY).expect("they are forgotten");
    }
    let left = case.kept_words().expect("kept words");
    assert_eq!(left, [words[7].clone()], "what was not forgotten stays");
    case.forget_words("w7", NEXT_DAY).expect("the last is forgotten");
    for name in sample::names(folder.path()) {
        let bytes = std::fs::read(folder.path().join(&name)).expect("a file");
        assert!(!holds(&bytes, "Zebulon"), "nothing of them is left in {name} while the case is open");
    }
    let refused = case.forget_words("w7", NEXT_DAY).expect_err("they are gone already");
    assert!(matches!(refused, Error::NoSuchWords { .. }), "{refused:?}");
    assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "that they are gone is as the history says");
    case.close().expect("the case closes");
    assert_eq!(sample::names(folder.path()), ["desk.parallax"], "one file is left");
    assert!(!holds(&std::fs::read(&path).expect("the file"), "Zebulon"), "and nothing of them is in it");
}

#[test]
fn the_history_says_nothing_of_what_was_kept() {
    let (_folder, _path, mut one) = sample::case();
    let (_other_folder, _other_path, mut other) = sample::case();
    let words = sample::kept_words("w1", "the name Zebulon");
    one.keep_words(&words, DAY).expect("kept in one case");
    other.keep_words(&words, DAY).expect("kept in another");
    let last = |case: &Case| case.history().expect("a history").pop().expect("an event");
    let (a, b) = (last(&one), last(&other));
    assert_eq!((a.kind.as_str(), a.subject.as_str()), ("words-kept", "w1"), "it says that there were some");
    assert_ne!(a.payload_sha256, b.payload_sha256, "the same words have another hash: who guesses them learns nothing");
    one.forget_words("w1", NEXT_DAY).expect("forgotten");
    let history = serde_json::to_string(&one.history().expect("a history")).expect("JSON");
    assert!(!history.contains("Zebulon"), "the words are not in it");
    assert_eq!(last(&one).kind, "words-forgotten", "that they were forgotten is");
}
