//! What two tokenizers make of whole languages: cost, what they cannot spell, and where they disagree.

use parallax_artifact::{Variant, open};
use parallax_tokens::{LanguageCoverage, Reading, Sample, Tokenizer, compare_on_texts};
use serde_json::Value;

use crate::fixtures::{bpe, word_piece};
use crate::shared::shared;

/// The passages of the Universal Declaration of Human Rights in one language, headings among them: all that stands
/// between two tags of the page's body. The pages write no character as a reference.
fn passages(code: &str) -> Option<Vec<String>> {
    let page = std::fs::read_to_string(shared(&format!("data/udhr/{code}.html"))?).expect("the page is readable");
    let (_, body) = page.split_once("<body>").expect("a page has a body");
    assert!(!body.contains('&'), "{code} is read as it is written");
    let after_tag = body.split('<').filter_map(|part| part.split_once('>'));
    let texts = after_tag.map(|(_, text)| text.split_whitespace().collect::<Vec<_>>().join(" "));
    Some(texts.filter(|text| !text.is_empty()).collect())
}

fn deployed() -> Option<Variant> {
    Some(open(&shared("models/gguf/minilm-q8_0.gguf")?).expect("a real GGUF opens"))
}

fn read(variant: &Variant, reading: Reading) -> Tokenizer {
    Tokenizer::with_reading(variant, reading).expect("it has a tokenizer")
}

/// Both tokenizers on declarations, as texts of whole languages or passage by passage.
fn on_declarations(
    nominal: &Tokenizer,
    operative: &Tokenizer,
    codes: &[&str],
    whole: bool,
) -> Option<Vec<LanguageCoverage>> {
    let mut texts: Vec<(&str, String)> = Vec::new();
    for code in codes {
        let passages = passages(code)?;
        let of_language = if whole { vec![passages.join(" ")] } else { passages };
        texts.extend(of_language.into_iter().map(|text| (*code, text)));
    }
    let samples: Vec<Sample<'_>> = texts.iter().map(|(language, text)| Sample { language, text }).collect();
    Some(compare_on_texts(nominal, operative, &samples).expect("every text can be read"))
}

#[test]
fn kannada_looks_cheapest_because_nearly_every_word_is_unknown() {
    let (Some(folder), Some(gguf)) = (shared("models/all-MiniLM-L6-v2"), deployed()) else { return };
    let folder = open(&folder).expect("a real folder opens");
    let (published, reference) = (read(&folder, Reading::Published), read(&gguf, Reading::Reference));
    let codes = [
        "amh", "arb", "ben", "cmn_hans", "eng", "fra", "hin", "ind", "kan", "mar", "rus", "spa", "swh", "tam", "tel",
        "urd", "vie", "yor",
    ];
    let Some(rows) = on_declarations(&published, &reference, &codes, true) else { return };
    let row = |code: &str| rows.iter().find(|row| row.language == code).expect("every language has a row");
    let cost = |row: &LanguageCoverage| row.pieces_per_code_point(&row.nominal).expect("there is text");
    let unknown = |row: &LanguageCoverage| row.unknown_word_share(&row.nominal).expect("there are words");
    let (kannada, english) = (row("kan"), row("eng"));
    let cheapest = rows.iter().min_by(|first, second| cost(first).total_cmp(&cost(second))).expect("there are rows");
    assert_eq!(cheapest.language, "kan", "by pieces per character");
    assert!((cost(kannada) - 0.121).abs() < 0.001, "12.1 pieces per 100 characters: {}", cost(kannada));
    assert!((cost(english) - 0.187).abs() < 0.002, "18.7 pieces per 100 characters: {}", cost(english));
    assert!(unknown(kannada) > 0.998, "yet {} of the words are unknown", unknown(kannada));
    assert!(unknown(english) < 0.001, "and {} of the English ones", unknown(english));
    let pieces = kannada.unknown_piece_share(&kannada.nominal).expect("there are pieces");
    assert!(pieces > 0.8 && pieces < unknown(kannada), "punctuation marks are known: {pieces}");
    assert!(english.pieces_per_word(&english.nominal).expect("English has words") < 1.4, "about one a word");
    let chinese = row("cmn_hans");
    let reason = chinese.pieces_per_word(&chinese.nominal).expect_err("Chinese is written without spaces");
    assert!(reason.contains("without spaces"), "{reason}");
    for row in &rows {
        assert_eq!((row.differing_texts, row.differing_words), (0, 0), "{} in the reference reading", row.language);
        assert_eq!(row.nominal.byte_pieces, 0, "WordPiece has no bytes");
    }
    assert_eq!(row("tam").nominal.cut_texts, 1, "a whole declaration is longer than the published limit of 256");
}

#[test]
fn the_engine_loses_hindi_and_bangla_words_and_no_english_ones() {
    let (Some(folder), Some(gguf)) = (shared("models/all-MiniLM-L6-v2"), deployed()) else { return };
    let folder = open(&folder).expect("a real folder opens");
    let (published, engine) = (read(&folder, Reading::Published), read(&gguf, Reading::Engine));
    let Some(rows) = on_declarations(&published, &engine, &["eng", "hin", "ben", "kan"], false) else { return };
    let row = |code: &str| rows.iter().find(|row| row.language == code).expect("every language has a row");
    for (code, expected) in [("hin", 0.58), ("ben", 0.81), ("eng", 0.0)] {
        // Of what stands between spaces, marks alone among it.
        let found = row(code).differing_run_share().expect("there are words");
        assert!((found - expected).abs() < 0.005, "{found} of the runs in {code} differ");
    }
    let hindi = row("hin");
    let words = hindi.differing_word_share().expect("there are words");
    assert!(words > 0.6 && hindi.differing_words == hindi.differing_runs, "{words} of the words, and no mark differs");
    let texts = hindi.differing_text_share().expect("there are texts");
    assert!(texts > 0.6, "{texts} of the passages; the headings are unknown on both sides");
    let first = hindi.first.as_ref().expect("some text differs");
    assert_eq!(first.text, passages("eng").map_or(0, |texts| texts.len()), "the first Hindi text of the list");
    assert_ne!(first.nominal, first.operative, "its pieces on both sides");
    assert!(first.word.as_deref().is_some_and(|word| !word.is_empty()), "and the word they spell: {first:?}");
    assert!(row("eng").first.is_none() && row("eng").differing_texts == 0, "English is read as published");
}

#[test]
fn hangul_is_lost_as_the_engines_own_cases_show() {
    let (Some(gguf), Some(golden)) = (deployed(), shared("oracle/golden")) else { return };
    let cases = |name: &str| -> Vec<Value> {
        let bytes = std::fs::read(golden.join(name)).expect("the file is readable");
        serde_json::from_slice(&bytes).expect("the file is a list")
    };
    let (engine, reference) = (cases("token_cases_llamacpp.json"), cases("token_cases.json"));
    let script = |text: &str| {
        let is = |from: char, to: char| text.chars().any(|character| (from..=to).contains(&character));
        match () {
            () if is('가', '힣') => "hangul",
            () if is('\u{900}', '\u{97f}') => "devanagari",
            () if is('\u{980}', '\u{9ff}') => "bangla",
            () => "other",
        }
    };
    let texts: Vec<&str> = engine.iter().map(|case| case["text"].as_str().expect("a text")).collect();
    let samples: Vec<Sample<'_>> = texts.iter().map(|text| Sample { language: script(text), text }).collect();
    let (nominal, operative) = (read(&gguf, Reading::Reference), read(&gguf, Reading::Engine));
    let rows = compare_on_texts(&nominal, &operative, &samples).expect("every text can be read");
    for row in &rows {
        let pairs = engine.iter().zip(&reference).zip(&texts);
        let expected = pairs
            .filter(|((engine, reference), text)| script(text) == row.language && engine["ids"] != reference["ids"]);
        assert_eq!(row.differing_texts, expected.count(), "{} as the recorded ids say", row.language);
    }
    let hangul = rows.iter().find(|row| row.language == "hangul").expect("there is a Korean case");
    assert!(hangul.differing_texts > 0, "syllables become their first consonants");
}

#[test]
fn bytes_of_characters_are_counted_and_words_are_those_of_white_space() {
    let byte_level = Tokenizer::from_json("tokenizer.json", bpe().to_string().as_bytes()).expect("it is sound");
    let words = Tokenizer::from_json("tokenizer.json", word_piece().to_string().as_bytes()).expect("it is sound");
    let samples = [Sample { language: "x", text: "low lower — é" }];
    let rows = compare_on_texts(&byte_level, &words, &samples).expect("every text can be read");
    let [row] = &rows[..] else { panic!("one language") };
    assert_eq!((row.texts, row.words, row.runs, row.code_points), (1, 3, 4, 13), "a dash is no word");
    // low, Ġlower, Ġ (the dash has no pieces), Ġ, Ã, ©.
    assert_eq!(row.nominal.byte_pieces, 2, "two halves of é: {:?}", row.nominal);
    assert_eq!((row.nominal.unknown_words, row.nominal.lost_words), (0, 0), "every word has pieces");
    assert_eq!(row.operative.unknown_words, 3, "none of them is in the other vocabulary: {:?}", row.operative);
    assert_eq!(row.operative.unknown_pieces, 4, "the dash is unknown too, and no word");
    assert_eq!((row.differing_texts, row.differing_words), (1, 3), "all words differ");
    let first = row.first.as_ref().expect("the text differs");
    assert_eq!((first.text, first.word.as_deref()), (0, Some("low")), "the first word");
    assert_eq!((&first.nominal[..], &first.operative[..]), (&["low".into()][..], &["[UNK]".into()][..]), "both sides");
    let none = compare_on_texts(&byte_level, &words, &[Sample { language: "x", text: "" }]).expect("it can be read");
    assert!(none[0].pieces_per_word(&none[0].nominal).is_err(), "undefined without words");
    assert!(none[0].unknown_piece_share(&none[0].nominal).is_err(), "undefined without pieces");
}

#[test]
fn white_space_pieces_of_a_text_do_not_move_words() {
    let tokenizer = Tokenizer::from_json("tokenizer.json", bpe().to_string().as_bytes()).expect("it is sound");
    let samples = [Sample { language: "x", text: "low\u{3000}low  lower\nlow" }];
    let rows = compare_on_texts(&tokenizer, &tokenizer, &samples).expect("every text can be read");
    assert_eq!((rows[0].words, rows[0].differing_words, rows[0].differing_texts), (4, 0, 0), "it agrees with itself");
    assert_eq!(rows[0].nominal.lost_words, 0, "every word keeps its pieces");
}
