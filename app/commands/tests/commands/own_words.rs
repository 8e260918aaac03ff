//! Own words: sorted as the audit sorts its items, by the same files only, and kept only when asked.

use std::ops::ControlFlow;
use std::path::Path;

use parallax_commands::{
    MOST_CHARACTERS, case_history, forget_words, has_fitted_readers, keep_words, kept_words, sort, sort_request,
    variant_matches,
};
use parallax_model::{Bert, Perturbation, Pooling, RepresentOptions};
use parallax_tokens::Tokenizer;
use parallax_wire::{Code, Error, FittedReader, ItemRecord, Role, SortedBy, SortedWords};

use crate::demonstration::{Demonstration, keep};

fn sorted_in(language: &str, text: &str) -> SortedWords {
    let demonstration = Demonstration::get();
    let (nominal, operative) = (demonstration.nominal(), demonstration.operative());
    let request = sort_request(&demonstration.case(), &nominal, &operative, text, language).expect("a request");
    sort(&request, &|_| ()).expect("the words are sorted")
}

fn by<'a>(sorted: &'a SortedWords, suite: &str, reader: &str) -> &'a SortedBy {
    let found = sorted.sorted.iter().find(|by| by.suite == suite && by.reader == reader);
    found.expect("the suite is read by this reader")
}

/// Every few items of the audit.
fn some_items() -> Vec<&'static ItemRecord> {
    Demonstration::get().outcome.items.iter().step_by(11).collect()
}

#[test]
fn texts_of_audited_items_are_sorted_as_the_audit_sorted_them() {
    let items = some_items();
    let mut agree = [[0_usize; 2]; 2];
    for item in &items {
        let sorted = sorted_in(&item.language, &item.text);
        for (position, reader) in ["head", "prototype", "probe"].into_iter().enumerate() {
            let decided = item.decisions.iter().find(|decision| decision.reader == reader).expect("a decision");
            let read = by(&sorted, &item.suite, reader);
            assert_eq!(read.undefined, None, "`{}` can be read by {reader}", item.text);
            let best = [&read.nominal[0].category, &read.operative[0].category];
            let same = [best[0] == &decided.nominal, best[1] == &decided.operative];
            match position {
                0 => assert_eq!(same, [true, true], "the head decides as in the audit: `{}`", item.text),
                _ => (0..2).for_each(|side| agree[position - 1][side] += usize::from(same[side])),
            }
        }
        assert!(sorted.same_tokens == item.same_tokens, "`{}` is read as the same pieces", item.text);
    }
    for (reader, sides) in ["prototype", "probe"].into_iter().zip(agree) {
        for (side, agree) in ["nominal", "operative"].into_iter().zip(sides) {
            // The audit leaves an item's own group out, which decides for a few items.
            let share = agree as f64 / items.len() as f64;
            assert!(share > 0.9, "{reader} on {side} agrees on {agree} of {} items", items.len());
        }
    }
}

#[test]
fn scores_are_ranked_and_probabilities_add_up() {
    let sorted = sorted_in("en", "I sell vegetables from a cart near the bus stand.");
    assert_eq!(sorted.sorted.len(), 6, "three readers a suite");
    for read in &sorted.sorted {
        for side in [&read.nominal, &read.operative] {
            let scores: Vec<f64> = side.iter().map(|scored| scored.score).collect();
            assert!(scores.is_sorted_by(|a, b| a >= b), "the best first: {scores:?}");
            if read.reader != "prototype" {
                let sum: f64 = scores.iter().sum();
                assert!((sum - 1.0).abs() < 1e-9, "{} of {} adds up to {sum}", read.reader, read.suite);
            }
            assert!(scores.iter().all(|score| score.abs() <= 1.0), "{scores:?}");
        }
    }
    let head = by(&sorted, "livelihoods", "head");
    assert_eq!(head.nominal.len(), 16, "a head gives a probability to every label that it knows");
    assert_eq!(head.nominal[0].category, "street-vending", "and reads this one right");
    assert_eq!(by(&sorted, "livelihoods", "probe").nominal.len(), 8, "a probe knows the categories of its suite");
}

/// State at the last tap of each text, `[text, dim]`, computed without the audit's help.
fn states(variant: &Path, texts: &[&str]) -> Vec<Vec<f64>> {
    let variant = parallax_artifact::open(variant).expect("a shipped variant");
    let tokenizer = Tokenizer::nominal(&variant).expect("its tokenizer");
    let ids: Vec<Vec<u32>> = texts.iter().map(|text| tokenizer.encode(text).expect("a text").ids).collect();
    let model = Bert::load(&variant, &Perturbation::None).expect("its weights");
    let options = RepresentOptions { pooling: Pooling::Cls, threads: 1, batch_tokens: 512 };
    let states = model.represent(&ids, &options, &|_, _| ControlFlow::Continue(())).expect("states");
    (0..texts.len())
        .map(|text| states.state(text, states.n_taps - 1).iter().map(|number| f64::from(*number)).collect())
        .collect()
}

#[test]
fn a_prototype_score_is_the_cosine_to_the_centroid() {
    let demonstration = Demonstration::get();
    let (suite, language) = ("benefits-desk", "hi");
    let own = |item: &&ItemRecord| item.suite == suite && item.language == language;
    let items: Vec<&ItemRecord> = demonstration.outcome.items.iter().filter(own).collect();
    let text = "मेरी दुकान का किराया बढ़ गया है";
    let sorted = sorted_in(language, text);
    let read = by(&sorted, suite, "prototype");
    for (variant, scored) in [(demonstration.nominal(), &read.nominal), (demonstration.operative(), &read.operative)] {
        let texts: Vec<&str> = items.iter().map(|item| item.text.as_str()).chain([text]).collect();
        let mut states = states(&variant, &texts);
        let state = states.pop().expect("the last one is the text's");
        let mean = |rows: &[&Vec<f64>]| -> Vec<f64> {
            let sum = |dim: usize| rows.iter().map(|row| row[dim]).sum::<f64>();
            (0..state.len()).map(|dim| sum(dim) / rows.len() as f64).collect()
        };
        let all = mean(&states.iter().collect::<Vec<_>>());
        let less = |row: &[f64]| -> Vec<f64> { row.iter().zip(&all).map(|(value, mean)| value - mean).collect() };
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let towards = less(&state);
        assert_eq!(scored.len(), 8, "every category has items in this language");
        for scored in scored {
            let members: Vec<&Vec<f64>> = items
                .iter()
                .zip(&states)
                .filter(|(item, _)| item.category == scored.category)
                .map(|(_, s)| s)
                .collect();
            let centroid = less(&mean(&members));
            let cosine = dot(&centroid, &towards) / (dot(&centroid, &centroid) * dot(&towards, &towards)).sqrt();
            // The case keeps centroids in f32.
            assert!((cosine - scored.score).abs() < 1e-5, "{}: {} is not {cosine}", scored.category, scored.score);
        }
    }
}

#[test]
fn pieces_unknown_words_and_truncation_are_said() {
    let sorted = sorted_in("en", "I sell vegetables 漢");
    assert_eq!(sorted.nominal, sorted.operative, "both variants come with the same tokenizer");
    assert!(sorted.same_tokens, "so they read it alike");
    let read = &sorted.nominal;
    assert_eq!(read.pieces.first().map(String::as_str), Some("i"), "no start sign: {:?}", read.pieces);
    assert_eq!(read.pieces.last().map(String::as_str), Some("[UNK]"), "what cannot be spelt stays: {:?}", read.pieces);
    assert_eq!((read.words, read.unknown_words, read.truncated), (4, 1, false), "one word of four is unknown");
    let long = sorted_in("en", &"I sell vegetables. ".repeat(60));
    assert!(long.nominal.truncated && long.operative.truncated, "the models read 128 pieces");
    assert_eq!(long.nominal.pieces.len(), 126, "of which two are signs of their own");
    assert_eq!(long.nominal.words, 180, "all words are counted");
}

#[test]
fn a_language_without_items_has_no_prototypes_but_the_other_readers() {
    let sorted = sorted_in("sw", "Ninauza mboga karibu na kituo cha basi.");
    let read = by(&sorted, "livelihoods", "prototype");
    assert!(read.undefined.as_ref().is_some_and(|reason| reason.contains("`sw`")), "it says why: {read:?}");
    assert!(read.nominal.is_empty() && read.operative.is_empty(), "there is nothing to show");
    for reader in ["head", "probe"] {
        assert_eq!(by(&sorted, "livelihoods", reader).undefined, None, "{reader} needs no items of this language");
    }
}

#[test]
fn a_case_from_before_there_were_readers_still_has_the_head() {
    let demonstration = Demonstration::get();
    let mut without = demonstration.outcome.clone();
    without.fitted.clear();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = folder.path().join("old.parallax");
    keep(&without, &case);
    assert!(!has_fitted_readers(&case).expect("an answer"), "no reader was kept");
    assert!(has_fitted_readers(&demonstration.case()).expect("an answer"), "here they were");
    let (nominal, operative) = (demonstration.nominal(), demonstration.operative());
    let request = sort_request(&case, &nominal, &operative, "I mend nets", "en").expect("a request");
    let sorted = sort(&request, &|_| ()).expect("the words are sorted");
    assert!(sorted.sorted.iter().all(|read| read.reader == "head"), "the model's own decision part is left");
    assert_eq!(sorted.sorted.len(), 2, "for both suites");
}

#[test]
fn readers_of_a_damaged_case_say_so_and_leave_the_others_alone() {
    let demonstration = Demonstration::get();
    let (nominal, operative) = (demonstration.nominal(), demonstration.operative());
    let request = sort_request(&demonstration.case(), &nominal, &operative, "I mend nets", "en").expect("a request");
    let before = sort(&request, &|_| ()).expect("the words are sorted");
    let damage: [&dyn Fn(&mut FittedReader); 5] = [
        &|read| read.nominal.0.truncate(10),
        &|read| read.operative.0.clear(),
        &|read| read.nominal.0[0] = f32::NAN,
        &|read| read.nominal_dim = u32::MAX,
        &|read| read.operative_dim -= 1,
    ];
    for (number, damage) in damage.into_iter().enumerate() {
        for at in 0..request.fitted.len() {
            let mut request = request.clone();
            damage(&mut request.fitted[at]);
            let after = sort(&request, &|_| ()).expect("the others go on");
            for (read, old) in after.sorted.iter().zip(&before.sorted) {
                let damaged = (&read.suite, &read.reader) == (&request.fitted[at].suite, &request.fitted[at].reader);
                assert_eq!(read.undefined.is_some(), damaged, "damage {number} of {}: {read:?}", read.reader);
                assert!(damaged || read == old, "{} of {} reads as before", read.reader, read.suite);
            }
        }
    }
    let mut later = request.clone();
    later.fitted[0].reader = "continuation".to_owned();
    let after = sort(&later, &|_| ()).expect("the others go on");
    assert_eq!(after.sorted.len(), before.sorted.len() - 1, "a reader of a later version is left out");
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Error>, parts: &[&str]) {
    let error = answer.expect_err("it is refused");
    assert_eq!(error.code, Code::BadInput, "the input is at fault: {error}");
    let sentence = error.to_string();
    assert_eq!(sentence.lines().count(), 1, "one sentence: {sentence}");
    for part in parts {
        assert!(sentence.contains(part), "the sentence should name `{part}`: {sentence}");
    }
}

#[test]
fn other_files_than_the_audit_saw_are_refused_by_name() {
    let demonstration = Demonstration::get();
    let (case, nominal, operative) = (demonstration.case(), demonstration.nominal(), demonstration.operative());
    variant_matches(&case, Role::Nominal, &nominal).expect("the nominal variant is the one");
    variant_matches(&case, Role::Operative, &operative).expect("the operative variant is the one");
    refused(variant_matches(&case, Role::Operative, &demonstration.other()), &["`model.gguf`", "`honest`"]);
    refused(variant_matches(&case, Role::Nominal, &operative), &["`drifted`"]);
    refused(variant_matches(&case, Role::Nominal, &nominal.join("nowhere")), &["nowhere"]);

    let request = sort_request(&case, &nominal, &demonstration.other(), "I mend nets", "en").expect("a request");
    refused(sort(&request, &|_| ()), &["`model.gguf`", "`honest`", "audit"]);

    let folder = tempfile::tempdir().expect("a temporary folder");
    let copy = folder.path().join("copy");
    std::fs::create_dir(&copy).expect("a folder");
    for entry in std::fs::read_dir(&nominal).expect("the shipped files") {
        let entry = entry.expect("a file");
        std::fs::copy(entry.path(), copy.join(entry.file_name())).expect("it can be copied");
    }
    variant_matches(&case, Role::Nominal, &copy).expect("the same files elsewhere are the same variant");
    std::fs::remove_file(copy.join("vocab.txt")).expect("a file is removed");
    refused(variant_matches(&case, Role::Nominal, &copy), &["`copy` lacks the file `vocab.txt`"]);
    let request = sort_request(&case, &copy, &operative, "I mend nets", "en").expect("a request");
    refused(sort(&request, &|_| ()), &["`copy` lacks a file"]);
}

#[test]
fn empty_and_endless_texts_are_refused() {
    let demonstration = Demonstration::get();
    let (case, nominal, operative) = (demonstration.case(), demonstration.nominal(), demonstration.operative());
    let ask = |text: &str| sort_request(&case, &nominal, &operative, text, "en");
    refused(ask(""), &["empty"]);
    refused(ask(" \n\t\u{a0}"), &["empty"]);
    refused(ask(&"ಕ".repeat(MOST_CHARACTERS + 1)), &["10001 characters", "10000"]);
    let most = "ಕ".repeat(MOST_CHARACTERS);
    assert_eq!(ask(&most).expect("just short enough").text, most, "characters are counted and not bytes");
}

#[test]
fn words_are_kept_and_forgotten_only_when_asked() {
    let demonstration = Demonstration::get();
    let (_folder, case) = demonstration.own_case();
    let before = case_history(&case).expect("a history").len();
    let (nominal, operative) = (demonstration.nominal(), demonstration.operative());
    let request = sort_request(&case, &nominal, &operative, "Zebulon mends nets", "en").expect("a request");
    let sorted = sort(&request, &|_| ()).expect("the words are sorted");
    assert!(kept_words(&case).expect("kept words").is_empty(), "sorting keeps nothing");
    assert_eq!(case_history(&case).expect("a history").len(), before, "and is no event");
    let kept = keep_words(&case, &sorted).expect("the words are kept");
    assert_eq!(kept.sorted, sorted, "as they were sorted");
    assert_eq!(kept_words(&case).expect("kept words"), std::slice::from_ref(&kept), "and they come back");
    forget_words(&case, &kept.id).expect("they are forgotten");
    assert!(kept_words(&case).expect("kept words").is_empty(), "they are gone");
    refused(forget_words(&case, &kept.id), &[&kept.id]);
    let kinds: Vec<String> =
        case_history(&case).expect("a history").into_iter().skip(before).map(|event| event.kind).collect();
    assert_eq!(kinds, ["words-kept", "words-forgotten"], "both are events");
    let bytes = std::fs::read(&case).expect("the file");
    assert!(!bytes.windows(7).any(|window| window == b"Zebulon"), "nothing of them is left in the file");
}
