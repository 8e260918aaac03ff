//! Whatever a stranger changes in a file, opening it gives an answer and never a panic.

use std::path::Path;

use parallax_artifact::{Variant, fuzzing, open, parse_adapter, parse_card, parse_tokenizer};
use proptest::prelude::*;

use crate::made::{self, Gguf};

/// A variant that does open must be able to hand out every tensor.
fn check(variant: &Variant) {
    for tensor in variant.tensors() {
        assert_eq!(variant.bytes(tensor).len(), tensor.len, "{} has its bytes", tensor.name);
    }
}

fn mutated(mut bytes: Vec<u8>, changes: &[(usize, u8)]) -> Vec<u8> {
    for &(place, value) in changes {
        let place = place % bytes.len();
        bytes[place] = value;
    }
    bytes
}

fn changes(within: usize) -> impl Strategy<Value = Vec<(usize, u8)>> {
    prop::collection::vec((0..within, any::<u8>()), 1..4)
}

fn gguf_at(root: &Path, bytes: &[u8]) -> Result<Variant, parallax_artifact::Error> {
    let path = root.join("small.gguf");
    made::write(&path, bytes);
    open(&path)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_gguf_with_changed_header_bytes_never_panics(changes in changes(2600)) {
        let root = tempfile::tempdir().expect("a temporary folder can be made");
        if let Ok(variant) = gguf_at(root.path(), &mutated(Gguf::sound().bytes(), &changes)) {
            check(&variant);
        }
    }

    #[test]
    fn safetensors_with_changed_header_bytes_never_panic(changes in changes(3500)) {
        let root = tempfile::tempdir().expect("a temporary folder can be made");
        let bytes = mutated(made::safetensors(&made::hugging_face_tensors()), &changes);
        if let Ok(variant) = open(&made::folder(root.path(), &made::config(), &bytes)) {
            check(&variant);
        }
    }

    #[test]
    fn a_config_with_changed_bytes_never_panics(changes in changes(400)) {
        let root = tempfile::tempdir().expect("a temporary folder can be made");
        let folder = made::folder(root.path(), &made::config(), &made::safetensors(&made::hugging_face_tensors()));
        made::write(&folder.join("config.json"), &mutated(made::config().to_string().into_bytes(), &changes));
        if let Ok(variant) = open(&folder) {
            check(&variant);
        }
    }
}

type Reader = fn(&[u8]);

/// A set of sound JSON files, by the reader that takes them.
fn texts() -> [(Reader, &'static str); 5] {
    [
        (fuzzing::config, r#"{"model_type":"llama","auto_map":{"A":"b"},"tie_word_embeddings":true,"rope_theta":1e4}"#),
        (fuzzing::index, r#"{"metadata":{"total_size":12},"weight_map":{"a":"b.safetensors","c":"d.safetensors"}}"#),
        (
            |bytes| drop(parse_tokenizer(bytes)),
            r#"{"added_tokens":[{"id":3,"content":"<s>"}],"model":{"vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}}"#,
        ),
        (
            |bytes| drop(parse_adapter(bytes)),
            r#"{"r":8,"lora_alpha":16,"target_modules":["q"],"rank_pattern":{"a":1}}"#,
        ),
        (|bytes| drop(parse_card("noise", bytes)), "---\nlicense: mit\ntags:\n- a\n- 'b'\nx: [\"1\", 2]\n---\n"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn looking_at_a_gguf_with_changed_header_bytes_never_panics(changes in changes(2600)) {
        fuzzing::gguf(&mutated(Gguf::sound().bytes(), &changes));
    }

    #[test]
    fn looking_at_safetensors_with_changed_header_bytes_never_panics(changes in changes(3500)) {
        fuzzing::safetensors(&mutated(made::safetensors(&made::hugging_face_tensors()), &changes));
    }

    #[test]
    fn reading_changed_texts_never_panics(which in 0..5usize, changes in changes(120)) {
        let (read, text) = texts()[which];
        read(&mutated(text.as_bytes().to_vec(), &changes));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_survey_of_changed_files_gives_an_answer(changes in changes(2600), number in 0..3usize) {
        let root = tempfile::tempdir().expect("a temporary folder can be made");
        let bounds = [0, 10, 11, 37];
        let names: Vec<String> = (1..=3).map(|number| format!("a-{number:05}-of-00003.gguf")).collect();
        for (position, name) in names.iter().enumerate() {
            let part = Gguf::part(bounds[position]..bounds[position + 1], position as u16, 3, 37).bytes();
            let part = if position == number { mutated(part, &changes) } else { part };
            made::write(&root.path().join(name), &part);
        }
        let answer = made::answer(&root.path().join(&names[0]));
        prop_assert!(answer.starts_with("    read") || answer.starts_with("    refused"), "an answer: {answer}");
    }
}

/// Shortens a file where it lies, which costs less than writing it again.
fn cut(path: &Path, length: usize) {
    let file = std::fs::File::options().write(true).open(path).expect("a file can be written");
    file.set_len(length as u64).expect("a file can be shortened");
}

#[test]
fn a_gguf_cut_anywhere_is_refused() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let whole = Gguf::sound().bytes();
    check(&gguf_at(root.path(), &whole).expect("the whole file opens"));
    // The last tensor has 16 bytes and 16 of padding, which some writers leave out.
    let path = root.path().join("small.gguf");
    for length in (0..whole.len() - 17).rev() {
        cut(&path, length);
        assert!(open(&path).is_err(), "cut after {length} bytes");
    }
}

#[test]
fn safetensors_cut_anywhere_are_refused() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let whole = made::safetensors(&made::hugging_face_tensors());
    check(&open(&made::folder(root.path(), &made::config(), &whole)).expect("the whole file opens"));
    let folder = root.path().join("model");
    for length in (0..whole.len()).rev() {
        cut(&folder.join("model.safetensors"), length);
        assert!(open(&folder).is_err(), "cut after {length} bytes");
    }
}
