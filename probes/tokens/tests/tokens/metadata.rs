//! What a variant's files say about its tokenizer, and what happens when they say too little or something odd.

use std::path::{Path, PathBuf};

use parallax_artifact::{Variant, open};
use parallax_tokens::{Error, Reading, Tokenizer};

use crate::shared::shared;

/// The tiny GGUF, its bytes changed by `change`, written as `root/tiny.gguf`.
fn tiny(root: &Path, change: impl FnOnce(&mut Vec<u8>)) -> Option<Variant> {
    let mut bytes = std::fs::read(shared("oracle/golden/tiny/tiny-q4_k_m.gguf")?).expect("the file is readable");
    change(&mut bytes);
    let path: PathBuf = root.join("tiny.gguf");
    std::fs::write(&path, bytes).expect("a file can be written");
    Some(open(&path).expect("the changed GGUF is still sound"))
}

/// Replaces the one place where `from` occurs by something as long.
fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    assert_eq!(from.len(), to.len(), "the file must keep its length");
    let place = bytes.windows(from.len()).position(|window| window == from).expect("it occurs");
    bytes[place..place + to.len()].copy_from_slice(to);
}

/// Adds a truth value to the metadata, and a second key that keeps the data aligned.
fn add_bool(bytes: &mut Vec<u8>, key: &str, value: bool) {
    let entry = |key: &str, value: bool| {
        [&(key.len() as u64).to_le_bytes()[..], key.as_bytes(), &7u32.to_le_bytes(), &[u8::from(value)]].concat()
    };
    let mut added = entry(key, value);
    // An entry takes 13 bytes besides its key.
    let filler = (32 - (added.len() + 14) % 32) % 32 + 1;
    added.extend(entry(&"x".repeat(filler), false));
    assert_eq!(added.len() % 32, 0, "tensor data must stay where they are due");
    let n_keys = u64::from_le_bytes(bytes[16..24].try_into().expect("eight bytes")) + 2;
    bytes[16..24].copy_from_slice(&n_keys.to_le_bytes());
    bytes.splice(24..24, added);
}

#[test]
fn a_gguf_tells_its_special_tokens_and_that_lower_casing_is_assumed() {
    let Some(path) = shared("models/gguf/minilm-q4_0.gguf") else { return };
    let variant = open(&path).expect("a real GGUF opens");
    for reading in [Reading::Reference, Reading::Engine] {
        let tokenizer = Tokenizer::with_reading(&variant, reading).expect("it has a tokenizer");
        let special = tokenizer.special();
        let ids = [special.cls, special.sep, special.pad, special.unk, special.mask];
        assert_eq!(ids, [101, 102, 0, 100, 103].map(Some), "special tokens in the {reading:?} reading");
        assert_eq!((tokenizer.vocab_size(), tokenizer.max_tokens()), (30522, 512), "sizes in the {reading:?} reading");
        assert_eq!(tokenizer.source(), "minilm-q4_0.gguf", "it was read from the GGUF");
        assert!(tokenizer.lowercase_assumed(), "the metadata are silent");
    }
    let missing = Tokenizer::with_reading(&variant, Reading::Published).expect_err("no tokenizer.json lies beside it");
    assert_eq!(missing.to_string(), "`minilm-q4_0.gguf` cannot be read that way: it has no `tokenizer.json`");
}

#[test]
fn a_tokenizer_json_beside_a_gguf_is_what_the_deployment_reads() {
    let (Some(gguf), Some(json)) =
        (shared("oracle/golden/tiny/tiny-q4_k_m.gguf"), shared("oracle/golden/tiny/model/tokenizer.json"))
    else {
        return;
    };
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    std::fs::copy(gguf, root.path().join("tiny.gguf")).expect("a file can be copied");
    std::fs::copy(json, root.path().join("tokenizer.json")).expect("a file can be copied");
    let variant = open(&root.path().join("tiny.gguf")).expect("it opens");
    let tokenizer = Tokenizer::operative(&variant).expect("it has a tokenizer");
    assert_eq!((tokenizer.reading(), tokenizer.source()), (Reading::Published, "tokenizer.json"), "it comes first");
    assert!(!tokenizer.lowercase_assumed(), "tokenizer.json says so itself");
    assert_eq!(tokenizer.max_tokens(), 64, "the GGUF's context length");
}

#[test]
fn metadata_that_say_no_to_lower_casing_are_obeyed() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let add = |bytes: &mut Vec<u8>| add_bool(bytes, "tokenizer.ggml.normalizer.lowercase", false);
    let Some(cased) = tiny(root.path(), add) else { return };
    let Some(silent) = tiny(root.path(), |_| {}) else { return };
    for reading in [Reading::Reference, Reading::Engine] {
        let cased = Tokenizer::with_reading(&cased, reading).expect("it has a tokenizer");
        let silent = Tokenizer::with_reading(&silent, reading).expect("it has a tokenizer");
        assert!(!cased.lowercase_assumed() && silent.lowercase_assumed(), "said in one and assumed in the other");
        let encode = |tokenizer: &Tokenizer, text| tokenizer.encode(text).expect("a text can be encoded");
        assert_eq!(encode(&silent, "THE"), encode(&silent, "the"), "lower-cased in the {reading:?} reading");
        assert_ne!(encode(&cased, "THE").ids, encode(&cased, "the").ids, "kept in the {reading:?} reading");
    }
}

#[test]
fn accents_follow_lower_casing_where_only_that_is_said() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let add = |bytes: &mut Vec<u8>| add_bool(bytes, "tokenizer.ggml.normalizer.lowercase", false);
    let Some(cased) = tiny(root.path(), add) else { return };
    let Some(silent) = tiny(root.path(), |_| {}) else { return };
    for reading in [Reading::Reference, Reading::Engine] {
        let encode = |variant| {
            let tokenizer = Tokenizer::with_reading(variant, reading).expect("it has a tokenizer");
            let encode = |text| tokenizer.encode(text).expect("a text can be encoded").ids;
            (encode("th\u{e9}"), encode("the"))
        };
        let (accented, plain) = encode(&silent);
        assert_eq!(accented, plain, "taken off in the {reading:?} reading");
        let (accented, plain) = encode(&cased);
        assert_ne!(accented, plain, "kept in the {reading:?} reading");
    }
}

#[test]
fn a_vocabulary_of_another_kind_is_refused() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let model = |name: &str| {
        let key = b"tokenizer.ggml.model\x08\0\0\0\x04\0\0\0\0\0\0\0";
        [&key[..], name.as_bytes()].concat()
    };
    let Some(variant) = tiny(root.path(), |bytes| replace(bytes, &model("bert"), &model("gpt2"))) else { return };
    let error = Tokenizer::operative(&variant).expect_err("it is no WordPiece");
    assert_eq!(error.to_string(), "`tiny.gguf`: tokenizer `gpt2` is not supported; supported: bert (WordPiece)");
}

#[test]
fn a_vocabulary_with_the_same_token_twice_is_refused_in_both_readings() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let twice = |bytes: &mut Vec<u8>| {
        replace(bytes, "\u{4}\0\0\0\0\0\0\0\u{2581}\"".as_bytes(), "\u{4}\0\0\0\0\0\0\0\u{2581}!".as_bytes());
    };
    let Some(variant) = tiny(root.path(), twice) else { return };
    for reading in [Reading::Reference, Reading::Engine] {
        let error = Tokenizer::with_reading(&variant, reading).expect_err("engines differ on which one they take");
        assert!(matches!(error, Error::Unusable { .. }), "{error}");
    }
}

#[test]
fn a_variant_without_tokenizer_is_refused_with_its_name() {
    let Some(gguf) = shared("oracle/golden/families-gguf/bert-classifier.gguf") else { return };
    let Some(folder) = shared("oracle/golden/families/bert-classifier") else { return };
    let message = |path: &Path| {
        let variant = open(path).expect("the variant itself opens");
        let operative = Tokenizer::operative(&variant).expect_err("it has none");
        assert_eq!(Tokenizer::nominal(&variant).expect_err("it has none"), operative, "for the same reason");
        operative.to_string()
    };
    assert_eq!(
        message(&gguf),
        "`bert-classifier.gguf` has no tokenizer: there is no `tokenizer.json` beside it and its metadata hold none"
    );
    assert_eq!(message(&folder), "`bert-classifier` has no tokenizer: there is no `tokenizer.json` in it");
}

#[test]
fn a_tokenizer_that_needs_more_rows_than_the_model_has_is_refused() {
    let (Some(gguf), Some(json)) =
        (shared("oracle/golden/tiny/tiny-q4_k_m.gguf"), shared("models/all-MiniLM-L6-v2/tokenizer.json"))
    else {
        return;
    };
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    std::fs::copy(gguf, root.path().join("tiny.gguf")).expect("a file can be copied");
    std::fs::copy(json, root.path().join("tokenizer.json")).expect("a file can be copied");
    let variant = open(root.path()).expect("it opens");
    let error = Tokenizer::operative(&variant).expect_err("192 rows are too few");
    assert_eq!(error.to_string(), "`tokenizer.json` uses token id 30521, but the model's token table has 192 rows");
    std::fs::write(root.path().join("tokenizer.json"), b"{}").expect("a file can be written");
    let error = Tokenizer::operative(&open(root.path()).expect("it opens")).expect_err("an empty object is none");
    assert!(error.to_string().starts_with("`tokenizer.json` is not a usable tokenizer: "), "{error}");
}
