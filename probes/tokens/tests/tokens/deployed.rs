//! Tokenizers of GGUF files that are no BERTs: byte-level BPE and SentencePiece, held to independent readings.

use parallax_artifact::GgufMetadata;
use parallax_tokens::{Error, Reading, Sample, Tokenizer, compare_on_texts};
use proptest::prelude::*;
use serde_json::Value;

use crate::difference::describe;
use crate::fixtures::bpe;
use crate::gguf::{Entries, entries_of, metadata, metadata_of, numbers, text, texts, truth};
use crate::shared::shared;

/// The keys of a real SentencePiece vocabulary of 512 tokens.
fn stories() -> Option<Entries> {
    let file = std::fs::read(shared("models/stories260K/stories260K.gguf")?).expect("the file is readable");
    Some(entries_of(&file, "tokenizer."))
}

fn read(metadata: &GgufMetadata, reading: Reading) -> Tokenizer {
    Tokenizer::from_gguf("small.gguf", metadata, reading).expect("it can be read this way")
}

fn ids(tokenizer: &Tokenizer, text: &str) -> Vec<u32> {
    tokenizer.encode(text).expect("any text can be encoded").ids
}

#[test]
fn the_engines_sentencepiece_merges_as_the_library_does_with_merges_from_scores() {
    let Some(entries) = stories() else { return };
    let metadata = metadata_of(entries, 512);
    let (engine, reference) = (read(&metadata, Reading::Engine), read(&metadata, Reading::Reference));
    let strategy = prop_oneof!["([a-zA-Z]{1,8}[ ,.!]{1,2}){0,12}", "\\PC{0,40}", "(once|upon|a|time| |the|\n){0,20}"];
    let config = ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let rule = |text: String| {
        // The library puts a space before an empty text, and takes a control token that somebody typed for itself; llama.cpp does neither.
        if !text.is_empty() && !["<unk>", "<s>", "</s>"].iter().any(|control| text.contains(control)) {
            prop_assert_eq!(ids(&engine, &text), ids(&reference, &text), "{:?}", text);
        }
        Ok(())
    };
    runner.run(&strategy, rule).expect("two ways to the same ids");
    assert_eq!(ids(&engine, ""), [1], "only the token that begins a text");
    assert_eq!(engine.pieces(&engine.encode("<s>").expect("it can be encoded")), ["▁", "<", "s", ">"], "spelled");
    assert_eq!(ids(&reference, "<s>"), [1, 1], "taken for itself");
    let once = engine.encode("Once upon a time").expect("it can be encoded");
    assert_eq!(engine.pieces(&once), ["▁Once", "▁upon", "▁a", "▁time"], "whole words of its stories");
}

#[test]
fn characters_that_no_piece_spells_become_bytes() {
    let Some(entries) = stories() else { return };
    let metadata = metadata_of(entries, 512);
    let (engine, reference) = (read(&metadata, Reading::Engine), read(&metadata, Reading::Reference));
    let samples = [Sample { language: "kn", text: "ಮಾನವ ಹಕ್ಕು" }, Sample { language: "en", text: "the river" }];
    let rows = compare_on_texts(&reference, &engine, &samples).expect("every text can be read");
    let [english, kannada] = &rows[..] else { panic!("two languages") };
    let share = kannada.byte_piece_share(&kannada.operative).expect("there are pieces");
    // Nine characters of three bytes, and the mark of a space twice.
    assert_eq!((kannada.operative.byte_pieces, kannada.operative.pieces), (27, 29), "{share}");
    assert_eq!(kannada.nominal, kannada.operative, "in both readings");
    assert_eq!((english.operative.byte_pieces, kannada.operative.unknown_pieces), (0, 0), "nothing is unknown");
    assert_eq!(kannada.operative.cut_texts, 0, "there is no limit");
}

#[test]
fn user_defined_tokens_are_matched_first_and_parts_begin_anew() {
    let Some(mut entries) = stories() else { return };
    let place = entries.iter().position(|(key, _)| key == "tokenizer.ggml.token_type").expect("it has types");
    // The piece `▁upon`, made a token that is matched before anything else.
    let metadata = metadata_of(entries.clone(), 512);
    let upon = *ids(&read(&metadata, Reading::Engine), "upon").last().expect("it is a piece");
    let types = &mut entries[place].1;
    let at = 16 + 4 * upon as usize;
    types[at..at + 4].copy_from_slice(&4i32.to_le_bytes());
    let engine = read(&metadata_of(entries, 512), Reading::Engine);
    let pieces = |text: &str| engine.pieces(&engine.encode(text).expect("it can be encoded"));
    assert_eq!(pieces("time▁upontime"), ["▁time", "▁upon", "▁time"], "anywhere, and a space begins what follows");
    assert_eq!(ids(&engine, "▁upon"), [1, upon], "nothing is put before it");
}

fn byte_level(name: &str, bos: Option<bool>) -> GgufMetadata {
    let described = describe(&bpe());
    let tokens: Vec<&str> = described.pieces.iter().map(|piece| piece.text.as_str()).collect();
    let mut types = vec![1; tokens.len()];
    (types[14], types[15]) = (3, 3);
    let mut entries = vec![
        ("tokenizer.ggml.model", text("gpt2")),
        ("tokenizer.ggml.pre", text(name)),
        ("tokenizer.ggml.tokens", texts(&tokens)),
        ("tokenizer.ggml.token_type", numbers(&types)),
        ("tokenizer.ggml.merges", texts(&["l o", "lo w", "e r", "Ġ low", "low er", "Ġlow er"])),
        ("tokenizer.ggml.bos_token_id", crate::gguf::number(14)),
    ];
    entries.extend(bos.map(|bos| ("tokenizer.ggml.add_bos_token", truth(bos))));
    metadata(&entries, tokens.len())
}

#[test]
fn byte_level_bpe_from_a_gguf_reads_as_the_published_file() {
    let mut json = bpe();
    json["normalizer"] = Value::Null;
    let published = Tokenizer::from_json("tokenizer.json", json.to_string().as_bytes()).expect("it is sound");
    let reference = read(&byte_level("gpt-2", None), Reading::Reference);
    let begins = read(&byte_level("gpt-2", Some(true)), Reading::Reference);
    for sample in ["low lower lowest", "lo\nw  low", "é", "<|im_end|> low", ""] {
        assert_eq!(ids(&reference, sample), ids(&published, sample), "{sample:?}");
        assert_eq!(ids(&begins, sample)[1..], ids(&published, sample), "{sample:?} after one more token");
        assert_eq!(ids(&begins, sample)[0], 14, "the one that the metadata name");
    }
    let error = Tokenizer::from_gguf("small.gguf", &byte_level("gpt-2", None), Reading::Engine).expect_err("not read");
    assert!(matches!(error, Error::NoSuchReading { .. }), "{error}");
    let error = Tokenizer::from_gguf("small.gguf", &byte_level("new", None), Reading::Reference).expect_err("unknown");
    assert!(error.to_string().contains("its splitter `new` is not known"), "{error}");
}
