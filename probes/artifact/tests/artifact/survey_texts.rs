//! What configs, tokenizers, templates and cards of strangers say: read strictly, never run, contradictions noted.

use std::path::PathBuf;

use parallax_artifact::{JsonFault, parse_adapter, parse_card, parse_json, parse_tokenizer, survey};
use serde_json::{Value, json};

use crate::made::{self, Tensor, ask};
use crate::shared::shared;

fn folder_with(answers: &mut String, what: &str, name: &str, text: &str) {
    ask(answers, what, |root| {
        let folder = made::folder(root, &made::config(), &made::safetensors(&made::hugging_face_tensors()));
        made::write(&folder.join(name), text.as_bytes());
        folder
    });
}

/// Both keys of these two are the same: sound by the grammar, and refused here because readers differ on which one counts.
const TWICE: [&str; 2] = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"];

#[test]
fn json_is_taken_and_refused_as_the_test_suite_says_but_for_keys_that_occur_twice() {
    let Some(folder) = shared("data/json-test-suite/test_parsing") else { return };
    let entries = std::fs::read_dir(folder).expect("a shared folder can be listed");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    paths.sort();
    let (mut taken, mut refused) = (0, 0);
    for path in paths {
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).expect("a case can be read");
        let answer = parse_json(&bytes);
        // None of these is a whole file of another kind, but each must get an answer.
        assert!(parse_adapter(&bytes).is_err() || name.starts_with(['y', 'i']), "{name}");
        assert!(parse_tokenizer(&bytes).is_err(), "{name} is no tokenizer");
        match name.as_bytes()[0] {
            b'y' if TWICE.contains(&name.as_str()) => {
                let Err(JsonFault::Invalid { reason }) = answer else { panic!("{name} must be refused") };
                assert!(reason.contains("occurs twice"), "{name}: {reason}");
            }
            b'y' => {
                taken += 1;
                assert!(answer.is_ok(), "{name} is sound: {answer:?}");
            }
            b'n' => {
                refused += 1;
                assert!(answer.is_err(), "{name} is not sound");
            }
            _ => {}
        }
    }
    assert!(taken > 90 && refused > 180, "the suite is whole: {taken} taken, {refused} refused");
}

#[test]
fn configs_that_ask_for_code_or_cannot_be_right_are_noted_or_refused() {
    let mut answers = String::new();
    let all = &mut answers;
    let mut config = |what: &str, change: &dyn Fn(&mut Value)| {
        let mut config = made::config();
        change(&mut config);
        folder_with(all, what, "config.json", &config.to_string());
    };
    config("code of its own", &|config| config["auto_map"] = json!({"AutoModel": "someone/x--modeling.X"}));
    config("code in a part", &|config| {
        config["vision_config"] = json!({"inner": [{"auto_map": {"AutoModel": "m.X"}}]})
    });
    config("kernels from a repository", &|config| {
        config["_attn_implementation_internal"] = json!("someone/kernels");
        config["_attn_implementation"] = json!("someone/kernels:x");
    });
    config("the usual kernels", &|config| config["_attn_implementation"] = json!("flash_attention_2"));
    config("trust", &|config| config["encoder"] = json!({"trust_remote_code": true}));
    config("no trust, no map", &|config| {
        config["trust_remote_code"] = json!(false);
        config["auto_map"] = json!({});
    });
    config("a thousand million layers", &|config| config["num_hidden_layers"] = json!(1_000_000_000u64));
    config("no heads", &|config| config["num_attention_heads"] = json!(0));
    config("no width of a head", &|config| config["head_dim"] = json!(0));
    config("no heads for keys", &|config| config["num_key_value_heads"] = json!(0));
    config("heads that do not divide", &|config| config["num_attention_heads"] = json!(3));
    config("a rotation base of zero", &|config| config["rope_theta"] = json!(0));
    config("a negative vocabulary", &|config| config["vocab_size"] = json!(-5));
    config("10^12 words", &|config| config["vocab_size"] = json!(1_000_000_000_000u64));
    config("half a layer", &|config| config["text_config"] = json!({"num_hidden_layers": 0.5}));
    config("another vocabulary than the table", &|config| config["vocab_size"] = json!(7));
    config("another architecture", &|config| config["model_type"] = json!("mamba"));
    for (what, text) in [
        ("a number that is none", r#"{"layer_norm_eps": NaN}"#),
        ("an infinite number", r#"{"time_step_limit": [0, Infinity]}"#),
        ("a number beyond all", r#"{"rope_theta": 1e999}"#),
        ("a key twice", r#"{"hidden_size": 4, "hidden_size": 8}"#),
        ("a key twice, deep down", r#"{"a": [{"b": {"c": 1, "c": 1}}]}"#),
        ("a key twice in two spellings", r#"{"hidden_size": 4, "hidden\u005fsize": 8}"#),
        ("a list", "[]"),
        ("nothing", ""),
        ("two objects", "{} {}"),
        ("a comment", "{} // end"),
    ] {
        folder_with(all, what, "config.json", text);
    }
    folder_with(all, "a hundred thousand brackets", "config.json", &"[".repeat(100_000));
    folder_with(all, "a million zeros", "config.json", &format!("{{\"a\": [{}0]}}", "0,".repeat(1_000_000)));
    folder_with(all, "a step of its own", "modules.json", r#"[{"idx": 0, "path": "", "type": "mine.Step"}]"#);
    folder_with(
        all,
        "a repeated key of generation",
        "generation_config.json",
        r#"{"do_sample": true, "do_sample": false}"#,
    );
    insta::assert_snapshot!(answers);
}

#[test]
fn a_tied_output_is_held_against_what_is_stored() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let embedding = made::tensor("model.embed_tokens.weight", &[5, 4]);
    let head = |bytes: &[u8]| -> Tensor { ("lm_head.weight".to_owned(), vec![5, 4], bytes.to_vec()) };
    let codes = |tied: bool, tensors: &[Tensor]| -> Vec<&'static str> {
        let config = json!({"model_type": "llama", "architectures": ["LlamaForCausalLM"], "tie_word_embeddings": tied});
        let folder = made::folder(root.path(), &config, &made::safetensors(tensors));
        survey(&folder).expect("it opens").notes().iter().map(|note| note.kind.code()).collect()
    };
    let mut other = embedding.2.clone();
    other[3] ^= 0x80;
    assert_eq!(codes(true, std::slice::from_ref(&embedding)), [""; 0], "tied and not stored");
    assert_eq!(codes(true, &[embedding.clone(), head(&embedding.2)]), [""; 0], "tied and stored the same");
    assert_eq!(codes(true, &[embedding.clone(), head(&other)]), ["head-differs"], "tied and one bit differs");
    assert_eq!(codes(false, &[embedding.clone(), head(&other)]), [""; 0], "not tied and stored");
    assert_eq!(codes(false, &[embedding]), ["head-missing"], "not tied and not stored");
}

fn tokenizer(change: impl FnOnce(&mut Value)) -> String {
    let mut tokenizer = json!({
        "version": "1.0", "truncation": null,
        "added_tokens": [{"id": 4, "content": "<s>", "special": true, "normalized": false}],
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]},
        "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\s+"}, "behavior": "Isolated"},
        "post_processor": null, "decoder": {"type": "BPEDecoder"},
        "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2, "c": 3}, "merges": [["a", "b"]]}
    });
    change(&mut tokenizer);
    tokenizer.to_string()
}

#[test]
fn a_tokenizer_is_counted_and_not_run() {
    let facts = parse_tokenizer(tokenizer(|_| {}).as_bytes()).expect("it is sound");
    assert_eq!((facts.model.as_deref(), facts.vocabulary, facts.tokens), (Some("BPE"), 4, 5), "one is added");
    assert_eq!((facts.largest_id, facts.merges, facts.unknown_merges), (Some(4), Some(1), 0), "as written");
    assert_eq!(facts.normalizer, ["NFC", "Lowercase"], "the steps of the sequence");
    assert_eq!((facts.pre_tokenizer, facts.expressions), (vec!["Split".into()], vec!["\\s+".into()]), "kept as text");
    assert_eq!((facts.post_processor.len(), facts.decoder), (0, vec!["BPEDecoder".to_owned()]), "as written");
    let unigram = r#"{"model": {"type": "Unigram", "vocab": [["<unk>", 0.0], ["x", -1.5]]}}"#;
    let facts = parse_tokenizer(unigram.as_bytes()).expect("it is sound");
    assert_eq!(
        (facts.model.as_deref(), facts.tokens, facts.largest_id),
        (Some("Unigram"), 2, Some(1)),
        "places are ids"
    );
    let Some(path) = shared("models/all-MiniLM-L6-v2/tokenizer.json") else { return };
    let facts = parse_tokenizer(&std::fs::read(path).expect("the file is readable")).expect("a real one is sound");
    assert_eq!(
        (facts.model.as_deref(), facts.tokens, facts.largest_id),
        (Some("WordPiece"), 30_522, Some(30_521)),
        "all"
    );
    assert_eq!(facts.normalizer, ["BertNormalizer"], "as in the file");
}

#[test]
fn tokenizers_that_cannot_be_right_are_refused_or_noted() {
    let mut answers = String::new();
    let all = &mut answers;
    let mut case =
        |what: &str, change: &dyn Fn(&mut Value)| folder_with(all, what, "tokenizer.json", &tokenizer(change));
    case("a sound one", &|_| {});
    case("an id beyond 32 bits", &|json| json["model"]["vocab"]["a"] = json!(1u64 << 40));
    case("a negative id", &|json| json["model"]["vocab"]["a"] = json!(-1));
    case("an added id beyond 32 bits", &|json| json["added_tokens"][0]["id"] = json!(1u64 << 40));
    case("an id beyond the table", &|json| json["added_tokens"][0]["id"] = json!(4_000_000_000u64));
    case("one id for two tokens", &|json| json["model"]["vocab"]["c"] = json!(2));
    case("merges of unknown tokens", &|json| json["model"]["merges"] = json!(["a x", "b a", "a b"]));
    case("a merge without a space", &|json| json["model"]["merges"] = json!(["ab"]));
    case("a merge of three", &|json| json["model"]["merges"] = json!([["a", "b", "c"]]));
    case("bytes without tokens", &|json| json["model"]["byte_fallback"] = json!(true));
    case("a special token that turns what follows around", &|json| {
        json["added_tokens"][0]["content"] = json!("<\u{202e}s>")
    });
    case("a special token with a zero-width space", &|json| json["added_tokens"][0]["content"] = json!("<s\u{200b}>"));
    case("a nested expression", &|json| json["pre_tokenizer"]["pattern"]["Regex"] = json!("(((a+)+)+)+$"));
    case("a table that is not Base64", &|json| {
        json["normalizer"] = json!({"type": "Precompiled", "precompiled_charsmap": "%%%"});
    });
    case("a step without a kind", &|json| json["decoder"] = json!({"x": 1}));
    case("no model", &|json| *json = json!({"version": "1.0"}));
    folder_with(all, "a token twice", "tokenizer.json", r#"{"model": {"vocab": {"a": 0, "a": 1}}}"#);
    folder_with(all, "a vocabulary twice", "tokenizer.json", r#"{"model": {"vocab": {}, "vocab": {"a": 1}}}"#);
    folder_with(
        all,
        "added tokens twice",
        "tokenizer.json",
        r#"{"added_tokens": [], "model": {}, "added_tokens": []}"#,
    );
    folder_with(all, "steps within steps", "tokenizer.json", &{
        let inner = r#"{"type":"Sequence","normalizers":["#;
        format!(r#"{{"model":{{}},"normalizer":{}{}}}"#, inner.repeat(50), "]}".repeat(50))
    });
    folder_with(all, "steps within steps without end", "tokenizer.json", &{
        format!(r#"{{"model":{{}},"normalizer":{}"#, r#"{"type":"Sequence","normalizers":["#.repeat(50_000))
    });
    insta::assert_snapshot!(answers);
}

#[test]
fn chat_templates_are_kept_as_text_wherever_they_are() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = made::folder(root.path(), &made::config(), &made::safetensors(&made::hugging_face_tensors()));
    let attack = "{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}";
    let several =
        json!({"chat_template": [{"name": "default", "template": "a"}, {"name": "tool_use", "template": "b"}]});
    made::write(&folder.join("chat_template.jinja"), attack.as_bytes());
    made::write(&folder.join("tokenizer_config.json"), several.to_string().as_bytes());
    let survey = survey(&folder).expect("it opens");
    let found: Vec<_> = survey
        .chat_templates()
        .iter()
        .map(|template| (template.file.as_str(), template.name.as_deref(), template.text.as_str()))
        .collect();
    let expected = [
        ("chat_template.jinja", None, attack),
        ("tokenizer_config.json", Some("default"), "a"),
        ("tokenizer_config.json", Some("tool_use"), "b"),
    ];
    assert_eq!(found, expected, "each with its file and name, as it is written");
    assert_eq!(survey.notes().iter().filter(|note| note.kind.code() == "chat-template").count(), 3, "each is noted");
}

#[test]
fn cards_that_cannot_be_read_are_noted_and_stop_nothing() {
    let mut answers = String::new();
    for (what, text) in [
        ("a card without front matter", "# A model\n"),
        ("front matter", "---\nlicense: mit\n---\n# A model\n"),
        ("front matter that does not end", "---\nlicense: mit\n"),
        ("a licence twice", "---\nlicense: mit\nlicense: apache-2.0\n---\n"),
        ("a bomb of aliases", "---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\n"),
        ("no keys", "---\nsome words\n---\n"),
    ] {
        folder_with(&mut answers, what, "README.md", text);
    }
    insta::assert_snapshot!(answers);
    let Some(path) = shared("models/all-MiniLM-L6-v2/README.md") else { return };
    let bytes = std::fs::read(path).expect("the file is readable");
    let card = parse_card("README.md", &bytes).expect("a real one is sound").expect("it has front matter");
    assert_eq!((card.licenses(), card.tags().len()), (vec!["apache-2.0"], 4), "as in the file");
    assert_eq!(card.texts("datasets").len(), 21, "as in the file");
    assert_eq!(
        parse_card("x", b"---\n\xff: 1\n---\n").map_err(|fault| fault.to_string()),
        Err("its front matter is not valid UTF-8".into())
    );
}
