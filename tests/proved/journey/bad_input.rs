//! Bad input gets one clear sentence that names the file and the reason, exit code 2, and leaves nothing behind.

use std::fs;
use std::path::{Path, PathBuf};

use parallax_tests::shared_folder;

use super::{demonstration, run};

/// A folder with the shipped variants of the demonstration in `models/`, for breaking them.
fn models() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    parallax_datasets::demo::write_to(&folder.path().join("models")).expect("the shipped variants can be written");
    folder
}

/// Audits `operative` against the disclosed model; it must be refused with a sentence that holds `parts`.
fn refused(folder: &Path, operative: &str, parts: &[&str]) {
    refused_with(folder, &["--nominal", "models/disclosed", "--operative", operative], parts);
}

fn refused_with(folder: &Path, variants: &[&str], parts: &[&str]) {
    let arguments: Vec<&str> = ["audit"]
        .into_iter()
        .chain(variants.iter().copied())
        .chain(["--case", "new.parallax", "--report", "new-report"])
        .collect();
    let ran = run(folder, &arguments);
    assert_eq!(ran.code, Some(2), "{variants:?} should be refused: {} {}", ran.out, ran.err);
    assert_eq!(ran.out, "", "nothing was found, so nothing is said on standard output");
    assert_eq!(ran.err.trim_end().lines().count(), 1, "one sentence: {}", ran.err);
    for part in parts {
        assert!(ran.err.contains(part), "the sentence should name `{part}`: {}", ran.err);
    }
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    for left in ["new.parallax", "new.parallax-wal", "new.parallax-shm", "new-report"] {
        assert!(!folder.join(left).exists(), "{left} should not be left behind after {variants:?}");
    }
}

fn weights(folder: &Path) -> PathBuf {
    let honest = folder.join("models/honest");
    let entries = fs::read_dir(honest).expect("the deployment is a folder");
    let mut files = entries.map(|entry| entry.expect("an entry").path());
    files
        .find(|path| path.extension().is_some_and(|extension| extension == "gguf"))
        .expect("the deployment has a .gguf")
}

#[test]
fn a_missing_path_is_named() {
    let folder = models();
    refused(folder.path(), "models/nowhere", &["models/nowhere", "does not exist"]);
}

#[test]
fn a_folder_without_a_config_is_named() {
    let folder = models();
    fs::remove_file(folder.path().join("models/disclosed/config.json")).expect("it can be removed");
    refused(folder.path(), "models/honest", &["disclosed", "config.json"]);
}

#[test]
fn a_truncated_gguf_is_named() {
    let folder = models();
    let path = weights(folder.path());
    let bytes = fs::read(&path).expect("it can be read");
    for length in [bytes.len() / 2, 2000, 20, 3] {
        fs::write(&path, &bytes[..length]).expect("it can be written");
        refused(folder.path(), "models/honest", &[".gguf"]);
    }
}

#[test]
fn a_text_file_named_gguf_is_named() {
    let folder = models();
    fs::write(folder.path().join("notes.gguf"), "This is a note and no model.\n").expect("it can be written");
    refused(folder.path(), "notes.gguf", &["notes.gguf"]);
}

#[test]
fn a_safetensors_with_a_lying_header_is_named() {
    let folder = models();
    let path = folder.path().join("models/disclosed/model.safetensors");
    let original = fs::read(&path).expect("it can be read");
    let mut longer = original.clone();
    longer[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    fs::write(&path, &longer).expect("it can be written");
    refused(folder.path(), "models/honest", &["model.safetensors"]);
    let shorter = &original[..original.len() - 100];
    fs::write(&path, shorter).expect("it can be written");
    refused(folder.path(), "models/honest", &["model.safetensors"]);
}

#[test]
fn a_config_that_disagrees_with_the_weights_is_named() {
    let folder = models();
    let path = folder.path().join("models/disclosed/config.json");
    let text = fs::read_to_string(&path).expect("it can be read");
    let mut config: serde_json::Value = serde_json::from_str(&text).expect("config.json is JSON");
    let layers = config["num_hidden_layers"].as_u64().expect("a number of layers");
    config["num_hidden_layers"] = (layers + 1).into();
    fs::write(&path, config.to_string()).expect("it can be written");
    refused(folder.path(), "models/honest", &["model.safetensors"]);
}

#[test]
fn an_unsupported_architecture_is_named_with_those_that_are_supported() {
    let Some(shared) = shared_folder() else { return };
    let folder = models();
    let llama = shared.join("models/stories260K/stories260K.gguf");
    refused(folder.path(), llama.to_str().expect("a UTF-8 path"), &["stories260K.gguf", "llama", "bert"]);
}

#[test]
fn a_missing_tokenizer_is_named() {
    let folder = models();
    for file in ["tokenizer.json", "vocab.txt"] {
        let path = folder.path().join("models/disclosed").join(file);
        if path.exists() {
            fs::remove_file(path).expect("it can be removed");
        }
    }
    refused(folder.path(), "models/honest", &["disclosed", "tokenizer"]);
}

#[test]
fn a_suite_with_duplicate_ids_or_one_category_is_named() {
    let folder = models();
    let suite = folder.path().join("suite");
    fs::create_dir(&suite).expect("a folder");
    let head = "id = \"tiny\"\nversion = \"1\"\nlicence = \"CC0-1.0\"\nsynthetic = true\ntitle = { en = \"Tiny\" }\nreviewed_by = { en = [] }\n";
    let category = |id: &str| {
        format!("[[category]]\nid = \"{id}\"\nlabels = {{ en = \"{id}\" }}\nmeanings = {{ en = \"{id}\" }}\n")
    };
    let item = |id: &str, text: &str, category: &str| {
        format!(
            "{{\"id\":\"{id}\",\"text\":\"{text}\",\"language\":\"en\",\"category\":\"{category}\",\"group\":\"g\"}}\n"
        )
    };
    fs::write(suite.join("suite.toml"), format!("{head}{}{}", category("a"), category("b")))
        .expect("it can be written");
    fs::write(suite.join("items.jsonl"), item("1", "one", "a") + &item("1", "two", "b")).expect("it can be written");
    let variants = ["--nominal", "models/disclosed", "--operative", "models/honest", "--suite", "suite"];
    refused_with(folder.path(), &variants, &["items.jsonl", "line 2"]);
    fs::write(suite.join("suite.toml"), format!("{head}{}", category("a"))).expect("it can be written");
    fs::write(suite.join("items.jsonl"), item("1", "one", "a")).expect("it can be written");
    refused_with(folder.path(), &variants, &["suite.toml"]);
}

#[test]
fn two_variants_without_a_reader_in_common_are_named() {
    let Some(shared) = shared_folder() else { return };
    let folder = models();
    let minilm = shared.join("models/all-MiniLM-L6-v2");
    let variants =
        ["--nominal", "models/disclosed", "--operative", minilm.to_str().expect("a UTF-8 path"), "--reader", "head"];
    refused_with(folder.path(), &variants, &["head", "all-MiniLM-L6-v2"]);
}

#[test]
fn what_is_no_case_or_no_bundle_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let note = folder.path().join("note.parallax");
    fs::write(&note, "a text").expect("it can be written");
    let ran = run(folder.path(), &["case", "note.parallax"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("note.parallax"), "{}", ran.err);
    assert_eq!(fs::read(&note).expect("it is still there"), b"a text", "a file that is no case stays as it is");
    let ran = run(folder.path(), &["audit", "--nominal", "a", "--operative", "b", "--case", "note.parallax"]);
    assert_eq!(ran.code, Some(2), "an audit must not overwrite what is no case: {}", ran.err);
    let ran = run(folder.path(), &["verify", "."]);
    assert_eq!(ran.code, Some(2), "a folder that is no bundle is bad input: {}", ran.err);

    let mut damaged = fs::read(demonstration().join("demonstration.parallax")).expect("the case can be read");
    let middle = damaged.len() / 2;
    damaged.truncate(middle);
    fs::write(folder.path().join("half.parallax"), damaged).expect("it can be written");
    let ran = run(folder.path(), &["case", "half.parallax"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("half.parallax"), "{}", ran.err);
}
