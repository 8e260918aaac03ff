//! What is read from a `tokenizer.json`, what is told as odd about it, and what is refused.

use parallax_tokens::{
    Error, Look, ModelKind, Oddity, PieceKind, PropertyName, Role, Stated, describe_gguf, describe_json, looks,
};
use serde_json::{Value, json};

use crate::difference::describe;
use crate::fixtures::{added, bpe, unigram, word_piece};
use crate::gguf::{metadata, number, numbers, text, texts};

fn property(json: &Value, name: PropertyName) -> String {
    describe(json).property(name).value().cloned().unwrap_or_else(|| "unknown".into())
}

fn refused(bytes: &[u8]) -> Error {
    describe_json("tokenizer.json", bytes, None).expect_err("it is refused")
}

#[test]
fn a_description_holds_what_the_file_says() {
    let described = describe(&word_piece());
    assert_eq!((described.kind, described.pieces.len()), (ModelKind::WordPiece, 12), "kind and size");
    assert_eq!(described.pieces[8].text, "##s", "pieces by id");
    assert_eq!(described.pieces[2].kind, PieceKind::Control, "added special tokens are told from pieces");
    let name = |role| match described.role(role) {
        Stated::Stated(Some(token)) => format!("{} {}", token.id, token.content),
        Stated::Assumed { value: Some(token), .. } => format!("{} {}?", token.id, token.content),
        other => format!("{other:?}"),
    };
    assert_eq!(name(Role::Unknown), "1 [UNK]", "the model names it");
    assert_eq!(name(Role::Classifier), "2 [CLS]?", "a template names no roles: by its customary name");
    assert!(name(Role::Begin).contains("tokenizer_config.json"), "{}", name(Role::Begin));
    assert!(described.oddities.listed.is_empty(), "{:?}", described.oddities);
    assert_eq!(describe(&bpe()).merges.expect("it has merges").len(), 6, "all merges");
    assert_eq!(describe(&unigram()).pieces[5].score, Some(-2.25), "scores");
    assert_eq!(property(&unigram(), PropertyName::SpaceMark), "▁", "from the pre-tokenizer");
    let digest = "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";
    assert_eq!(property(&unigram(), PropertyName::Charsmap), digest, "SHA-256 of the bytes 1, 2, 3, 4");
}

#[test]
fn an_added_tokens_id_is_the_one_that_the_library_gives_it() {
    let mut json = bpe();
    json["added_tokens"][1]["id"] = json!(4_000_000_000u32);
    let described = describe(&json);
    let odd = Oddity::AddedElsewhere { content: "<|im_end|>".into(), stated: 4_000_000_000, given: 15 };
    assert_eq!(described.oddities.listed, [odd], "told");
    let library = tokenizers::Tokenizer::from_bytes(json.to_string()).expect("the library reads it");
    assert_eq!(library.token_to_id("<|im_end|>"), Some(15), "as the library does");
    for described in [describe(&word_piece()), describe(&bpe()), described] {
        let json = if described.kind == ModelKind::Bpe { &json } else { &word_piece() };
        let library = tokenizers::Tokenizer::from_bytes(json.to_string()).expect("the library reads it");
        for piece in &described.pieces {
            assert_eq!(library.token_to_id(&piece.text), Some(piece.id), "{} in the library", piece.text);
        }
    }
}

#[test]
fn what_readers_may_disagree_about_is_told() {
    let mut json = word_piece();
    json["model"]["vocab"]["run"] = json!(11);
    json["model"]["vocab"]["far"] = json!(20);
    json["added_tokens"].as_array_mut().expect("a list").push(added(2, "[CLS]", false));
    json["note"] = json!("hello");
    let told = describe(&json).oddities;
    let expected = [
        Oddity::UnknownField { path: "note".into() },
        Oddity::AddedTwice { content: "[CLS]".into() },
        Oddity::Gap { first: 10, ids: 1 },
        Oddity::SameId { id: 11, first: "a".into(), second: "run".into() },
        Oddity::Gap { first: 12, ids: 8 },
    ];
    assert_eq!((&told.listed[..], told.left_out), (&expected[..], 0), "in the order of the file's parts");
    let mut json = word_piece();
    json["model"]["unk_token"] = json!("<nothing>");
    let odd = Oddity::RoleWithoutToken { role: "unk", stated: "<nothing>".into() };
    assert_eq!(describe(&json).oddities.listed, [odd], "an unknown token that is none");
}

#[test]
fn tokens_that_cannot_be_told_apart_by_eye_are_told() {
    let mut json = bpe();
    // The a is Cyrillic in the one, and full-width bars stand in the other.
    let list = json["added_tokens"].as_array_mut().expect("a list");
    list.push(added(16, "<|im_еnd|>", true));
    list.push(added(17, "<｜im_end｜>", false));
    let described = describe(&json);
    let lookalikes = described.oddities.listed.iter().filter(|odd| matches!(odd, Oddity::Lookalikes { first: 15, .. }));
    assert_eq!(lookalikes.count(), 2, "both look like the token 15: {:?}", described.oddities);
    let added = described.added.expect("it says");
    assert_eq!(added[2].looks, [Look::MixedScripts, Look::LooksAscii], "letters of two scripts");
    assert_eq!(added[3].looks, [Look::LooksAscii], "full-width bars");
    assert_eq!(looks("<|im\u{200b}_end|>"), [Look::Invisible, Look::LooksAscii], "a space of no width");
    assert_eq!(looks("\u{1b}[31m"), [Look::Control], "what a terminal obeys");
    assert!(looks("[CLS]").is_empty() && looks("ನಮಸ್ಕಾರ").is_empty() && looks("<é>").is_empty(), "ordinary texts");
}

#[test]
fn what_no_reader_could_use_is_refused_with_a_reason() {
    let because = |bytes: &[u8], reason: &str| {
        let error = refused(bytes).to_string();
        assert!(error.contains(reason), "`{error}` should say `{reason}`");
    };
    let with = |change: &dyn Fn(&mut Value)| {
        let mut json = bpe();
        change(&mut json);
        json.to_string().into_bytes()
    };
    because(b"", "EOF");
    because(b"[]", "it is no object");
    because(b"{}", "it has no model");
    because(
        br#"{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "a": 2}, "merges": []}}"#,
        "the key `a` occurs twice",
    );
    because(br#"{"model": {"type": "Magic", "vocab": {}}}"#, "tokenizer `Magic` cannot be described");
    because(br#"{"model": {"type": "BPE", "vocab": {"a": -1}, "merges": []}}"#, "the id of piece `a` is no id");
    because(br#"{"model": {"type": "BPE", "vocab": {"a": 4294967296}, "merges": []}}"#, "the id of piece `a` is no id");
    because(&with(&|json| json["model"]["merges"][1] = json!("a b c")), "merge 1 is not two pieces");
    because(&with(&|json| json["added_tokens"][0]["special"] = json!("yes")), "added token 0 has no usable `special`");
    because(&with(&|json| json["normalizer"] = json!({"type": "Prepend"})), "`Prepend` has no usable `prepend`");
    because(
        &with(&|json| json["normalizer"] = json!({"type": "Precompiled", "precompiled_charsmap": "not base64"})),
        "no base64",
    );
    because(&[b"[".repeat(70), b"]".repeat(70)].concat(), "nested deeper than 64 levels");
    because("{\"model\": \"\u{1b}[31m\"}".as_bytes(), "control character");
}

#[test]
fn a_file_with_more_values_than_the_budget_is_refused() {
    let zeros = [b"[0".to_vec(), b",0".repeat(3 << 20), b"]".to_vec()].concat();
    let error = refused(&zeros);
    assert!(matches!(error, Error::TooLarge { what: "values", .. }), "{error}");
    let long = vec![b' '; (128 << 20) + 1];
    assert!(matches!(refused(&long), Error::TooLarge { what: "bytes", .. }), "before it is read");
}

#[test]
fn oddities_are_bounded() {
    let mut json = word_piece();
    for number in 0..1000 {
        json[format!("field {number:04}")] = json!(null);
    }
    let told = describe(&json).oddities;
    assert_eq!((told.listed.len(), told.left_out), (64, 936), "the first, and how many more");
}

#[test]
fn a_step_of_an_unknown_type_leaves_questions_open() {
    let mut json = word_piece();
    json["normalizer"] = json!({"type": "Sequence", "normalizers": [{"type": "Lowercase"}, {"type": "Secret"}]});
    let described = describe(&json);
    let lowercase = described.property(PropertyName::Lowercase);
    assert!(lowercase.why().is_some_and(|why| why.contains("does not know")), "no guess: {lowercase:?}");
    let steps = described.property(PropertyName::NormalizerSteps);
    assert_eq!(steps, &Stated::Stated("Lowercase; Secret".into()), "the steps are still told");
}

#[test]
fn a_config_that_says_otherwise_is_told() {
    let config = json!({
        "do_lower_case": false, "tokenize_chinese_chars": true, "strip_accents": null,
        "added_tokens_decoder": {"0": {"content": "[PAD]"}, "7": {"content": "[CLS]"}, "12": {"content": "[NEW]"}}
    });
    let json = word_piece().to_string();
    let told = describe_json("tokenizer.json", json.as_bytes(), Some(config.to_string().as_bytes()));
    let odd = |key: &str, config: &str, tokenizer_json: &str| Oddity::ConfigDisagrees {
        key: key.into(),
        config: config.into(),
        tokenizer_json: tokenizer_json.into(),
    };
    let expected = [
        odd("do_lower_case", "false", "true"),
        odd("added_tokens_decoder.12", "[NEW]", "no such token"),
        odd("added_tokens_decoder.7", "[CLS]", "2"),
    ];
    let mut listed = told.expect("it is sound").oddities.listed;
    listed.sort_by_key(|odd| format!("{odd:?}").contains("decoder").then(|| format!("{odd:?}").contains(".7")));
    assert_eq!(listed, expected, "and nothing that the two agree on");
}

#[test]
fn long_texts_are_quoted_in_part_and_still_told_apart() {
    let with = |pattern: &str| {
        let mut json = bpe();
        json["pre_tokenizer"] = json!({"type": "Split", "pattern": {"String": pattern}, "behavior": "Isolated",
                                       "invert": false});
        describe(&json).property(PropertyName::SplitPatterns).value().cloned().expect("it is stated")
    };
    let (first, second) = (with(&"a".repeat(100_000)), with(&format!("{}b", "a".repeat(99_999))));
    assert!(first.len() < 1000 && first.contains("100000 bytes with SHA-256"), "{first}");
    assert_ne!(first, second, "they differ in their last letter");
    let named = [br#"{"model": {"type": ""#.to_vec(), b"x".repeat(100_000), br#""}}"#.to_vec()].concat();
    assert!(refused(&named).to_string().len() < 1000, "a message is short");
}

#[test]
fn steps_are_read_alike_whatever_way_they_are_written() {
    let mut old = bpe();
    old["normalizer"] = json!({"type": "Sequence", "normalizers": [
        {"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
    ]});
    old["pre_tokenizer"] = Value::Null;
    let mut new = bpe();
    new["normalizer"] = Value::Null;
    new["pre_tokenizer"] = json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": false});
    for name in
        [PropertyName::SpaceMark, PropertyName::SpacePrefix, PropertyName::Splitter, PropertyName::SplitPatterns]
    {
        assert_eq!(property(&old, name), property(&new, name), "{} of Llama's two forms", name.as_str());
    }
    assert_eq!(property(&new, PropertyName::SpacePrefix), "true", "both put a space before the text");
}

#[test]
fn a_gguf_is_refused_or_its_oddities_told() {
    let describe = |entries: &[(&str, Vec<u8>)], n_tokens| describe_gguf("small.gguf", &metadata(entries, n_tokens));
    let tokens = ("tokenizer.ggml.tokens", texts(&["a", "b", "a", ""]));
    let error = describe(&[("tokenizer.ggml.model", text("plamo2")), tokens.clone()], 4).expect_err("another kind");
    assert!(error.to_string().contains("tokenizer `plamo2` cannot be described"), "{error}");
    let error = describe(&[("tokenizer.ggml.model", text("llama"))], 4).expect_err("no tokens");
    assert!(matches!(error, Error::Missing { gguf: true, .. }), "{error}");
    let model = ("tokenizer.ggml.model", text("gpt2"));
    let error = describe(&[model.clone(), tokens.clone()], 4).expect_err("no merges");
    assert!(error.to_string().contains("`tokenizer.ggml.merges`"), "{error}");
    let types = ("tokenizer.ggml.token_type", numbers(&[1, 1]));
    let merges = ("tokenizer.ggml.merges", texts(&["a b", "a b", "ab", "", "é b"]));
    let error = describe(&[model.clone(), tokens.clone(), merges.clone(), types], 4).expect_err("two types");
    assert!(error.to_string().contains("one number per token"), "{error}");
    let eos = ("tokenizer.ggml.eos_token_id", number(9));
    let described = describe(&[model, tokens, merges, eos], 4).expect("it is only odd");
    assert_eq!(described.added, None, "without types added tokens are not told from others");
    let told = &described.oddities.listed;
    for odd in [
        Oddity::SamePiece { piece: "a".into(), first: 0, second: 2 },
        Oddity::EmptyPiece { id: 3 },
        Oddity::MergeTwice { first: 0, second: 1 },
        Oddity::MergeMalformed { rank: 2 },
        Oddity::MergeMalformed { rank: 3 },
        Oddity::MergeOfUnknown { rank: 4, missing: "é".into() },
        Oddity::RoleWithoutToken { role: "eos", stated: "9".into() },
    ] {
        assert!(told.contains(&odd), "{odd:?} is missing in {told:?}");
    }
}
