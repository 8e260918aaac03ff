//! What the tokenizer makes of whole languages: the same document, article by article.

use parallax_artifact::{Variant, open};
use parallax_tokens::{Reading, Tokenizer};

use crate::shared::shared;

/// The paragraphs of the Universal Declaration of Human Rights in one language.
fn paragraphs(code: &str) -> Option<Vec<String>> {
    let page = std::fs::read_to_string(shared(&format!("data/udhr/{code}.html"))?).expect("the page is readable");
    let inside = |part: &str| part.split_once("</p>").map(|(text, _)| text.trim().to_owned());
    Some(page.split("<p>").skip(1).filter_map(inside).collect())
}

/// The share of words that hold an unknown token.
fn unknown_share(tokenizer: &Tokenizer, texts: &[String]) -> f64 {
    let (mut words, mut unknown) = (0, 0);
    for text in texts {
        let encoding = tokenizer.encode(text).expect("a text can be encoded");
        words += encoding.words;
        unknown += encoding.unknown_words;
    }
    unknown as f64 / words as f64
}

/// The share of words, cut at white space, whose ids the two readings disagree on.
fn differing_share(first: &Tokenizer, second: &Tokenizer, texts: &[String]) -> f64 {
    let ids = |tokenizer: &Tokenizer, word: &str| tokenizer.encode(word).expect("a word can be encoded").ids;
    let words: Vec<&str> = texts.iter().flat_map(|text| text.split_whitespace()).collect();
    let differing = words.iter().filter(|word| ids(first, word) != ids(second, word)).count();
    differing as f64 / words.len() as f64
}

fn deployed() -> Option<Variant> {
    Some(open(&shared("models/gguf/minilm-q8_0.gguf")?).expect("a real GGUF opens"))
}

#[test]
fn kannada_is_nearly_all_unknown_and_english_is_not() {
    let Some(variant) = deployed() else { return };
    let (Some(kannada), Some(english)) = (paragraphs("kan"), paragraphs("eng")) else { return };
    for reading in [Reading::Reference, Reading::Engine] {
        let tokenizer = Tokenizer::with_reading(&variant, reading).expect("it has a tokenizer");
        let (kannada, english) = (unknown_share(&tokenizer, &kannada), unknown_share(&tokenizer, &english));
        assert!(kannada > 0.9, "Kannada is {kannada} unknown in the {reading:?} reading");
        assert!(english < 0.05, "English is {english} unknown in the {reading:?} reading");
    }
}

#[test]
fn the_engine_reads_most_hindi_and_bangla_words_differently_and_english_the_same() {
    let Some(variant) = deployed() else { return };
    let reference = Tokenizer::with_reading(&variant, Reading::Reference).expect("it has a tokenizer");
    let engine = Tokenizer::with_reading(&variant, Reading::Engine).expect("it has a tokenizer");
    for (code, least, most) in [("eng", 0.0, 0.0), ("hin", 0.53, 0.63), ("ben", 0.76, 0.86)] {
        let Some(texts) = paragraphs(code) else { return };
        let share = differing_share(&reference, &engine, &texts);
        assert!((least..=most).contains(&share), "{share} of the words in {code} differ");
    }
}
