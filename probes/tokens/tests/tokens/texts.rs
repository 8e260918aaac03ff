//! Rules that hold for every text: limits, counts, and the ids the model has rows for.

use parallax_artifact::open;
use parallax_tokens::{Reading, Tokenizer};
use proptest::prelude::*;

use crate::shared::shared;

/// The three ways of reading the tiny model.
fn tiny_readings() -> Option<Vec<Tokenizer>> {
    let gguf = open(&shared("oracle/golden/tiny/tiny-q4_k_m.gguf")?).expect("it opens");
    let folder = open(&shared("oracle/golden/tiny/model")?).expect("it opens");
    let read = |variant, reading| Tokenizer::with_reading(variant, reading).expect("it has a tokenizer");
    Some(vec![read(&folder, Reading::Published), read(&gguf, Reading::Reference), read(&gguf, Reading::Engine)])
}

#[test]
fn any_text_gives_ids_within_the_limits() {
    let Some(tokenizers) = tiny_readings() else { return };
    let rule = |text: String| {
        for tokenizer in &tokenizers {
            let encoding = tokenizer.encode(&text).expect("any text can be encoded");
            let special = tokenizer.special();
            prop_assert!(encoding.ids.len() <= tokenizer.max_tokens(), "never longer than the limit");
            prop_assert!(encoding.ids.iter().all(|&id| (id as usize) < tokenizer.vocab_size()), "every id has a row");
            prop_assert_eq!(encoding.ids.first().copied(), special.cls, "begins with [CLS]");
            prop_assert_eq!(encoding.ids.last().copied(), special.sep, "ends with [SEP]");
            prop_assert!(encoding.unknown_words <= encoding.words, "unknown words are words");
            prop_assert_eq!(
                encoding.truncated,
                encoding.truncated && encoding.ids.len() == tokenizer.max_tokens(),
                "cut texts are full"
            );
        }
        Ok(())
    };
    let strategy = prop_oneof!["\\PC{0,80}", any::<String>(), "[a-z !?.]{0,200}"];
    let config = ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    runner.run(&strategy, rule).expect("the rule holds for every text");
}

#[test]
fn words_and_unknown_words_are_counted_as_the_pre_tokenizer_sees_them() {
    let Some(path) = shared("models/gguf/minilm-q8_0.gguf") else { return };
    let variant = open(&path).expect("a real GGUF opens");
    for reading in [Reading::Reference, Reading::Engine] {
        let tokenizer = Tokenizer::with_reading(&variant, reading).expect("it has a tokenizer");
        // Three words and two marks, which are none; the Kannada word is not in the vocabulary.
        let encoding = tokenizer.encode("Hello, unaffable ಮಾನವ!").expect("a text can be encoded");
        assert_eq!((encoding.words, encoding.unknown_words), (3, 1), "in the {reading:?} reading");
        assert!(!encoding.truncated, "it is short");
    }
}

#[test]
fn a_long_text_keeps_its_beginning_and_counts_all_its_words() {
    let Some(path) = shared("models/gguf/minilm-q8_0.gguf") else { return };
    let variant = open(&path).expect("a real GGUF opens");
    for reading in [Reading::Reference, Reading::Engine] {
        let tokenizer = Tokenizer::with_reading(&variant, reading).expect("it has a tokenizer");
        let short = tokenizer.encode(&"word ".repeat(100)).expect("a text can be encoded");
        let long = tokenizer.encode(&"word ".repeat(1000)).expect("a text can be encoded");
        assert_eq!((short.ids.len(), short.truncated), (102, false), "in the {reading:?} reading");
        assert_eq!((long.ids.len(), long.truncated, long.words), (512, true, 1000), "in the {reading:?} reading");
        assert_eq!(long.ids[..101], short.ids[..101], "the beginning is the same in the {reading:?} reading");
        assert_eq!(long.ids.last(), short.ids.last(), "the end is [SEP] in the {reading:?} reading");
    }
    // Exactly as many words as fit are not a truncation.
    let tokenizer = Tokenizer::operative(&variant).expect("it has a tokenizer");
    assert!(
        !tokenizer.encode(&"word ".repeat(510)).expect("encodes").truncated,
        "510 words and two special tokens fit"
    );
    assert!(tokenizer.encode(&"word ".repeat(511)).expect("encodes").truncated, "one more does not");
}

#[test]
fn pieces_are_written_alike_in_every_reading() {
    let Some(path) = shared("models/gguf/minilm-q8_0.gguf") else { return };
    let Some(folder) = shared("models/all-MiniLM-L6-v2") else { return };
    let (gguf, folder) = (open(&path).expect("a real GGUF opens"), open(&folder).expect("a real folder opens"));
    let read = |variant, reading| Tokenizer::with_reading(variant, reading).expect("it has a tokenizer");
    for tokenizer in [read(&folder, Reading::Published), read(&gguf, Reading::Reference), read(&gguf, Reading::Engine)]
    {
        let pieces = |text: &str| tokenizer.pieces(&tokenizer.encode(text).expect("a text can be encoded"));
        let reading = tokenizer.reading();
        let expected = ["hello", ",", "una", "##ffa", "##ble", "[UNK]", "!"];
        assert_eq!(pieces("Hello, unaffable ಮಾನವ!"), expected, "in the {reading:?} reading");
        assert!(pieces("").is_empty(), "the tokens around a text are left out in the {reading:?} reading");
        let typed = if reading == Reading::Engine { vec!["[", "sep", "]"] } else { vec!["[SEP]"] };
        let expected: Vec<&str> = ["one"].into_iter().chain(typed).chain(["two"]).collect();
        assert_eq!(pieces("one [SEP] two"), expected, "what a person typed is shown in the {reading:?} reading");
    }
}
