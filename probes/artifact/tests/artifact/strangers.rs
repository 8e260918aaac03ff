//! Files made by others to test parsers: JSON cases, samples of safetensors, models of other families.

use std::fmt::Write;
use std::path::PathBuf;

use parallax_artifact::{Error, open};

use crate::made;
use crate::shared::shared;

fn files_in(folder: PathBuf, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a shared folder can be listed");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == ending));
    paths.sort();
    paths
}

fn name(path: &std::path::Path) -> String {
    path.file_name().expect("a file has a name").to_string_lossy().into_owned()
}

#[test]
fn a_config_opens_with_any_json_in_a_field_nobody_reads_and_with_nothing_else() {
    let Some(folder) = shared("data/json-test-suite/test_parsing") else { return };
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let variant = made::folder(root.path(), &made::config(), &made::safetensors(&made::hugging_face_tensors()));
    let start = made::config().to_string();
    let start = start.strip_suffix('}').expect("an object ends with a brace");
    for path in files_in(folder, "json") {
        let case = std::fs::read(&path).expect("a case can be read");
        made::write(&variant.join("config.json"), &[start.as_bytes(), b",\"unread\":", &case, b"}"].concat());
        let opened = open(&variant);
        match name(&path).as_bytes()[0] {
            b'y' => assert!(opened.is_ok(), "{} is valid JSON: {}", name(&path), opened.expect_err("checked")),
            b'n' => assert!(matches!(opened, Err(Error::Config { .. })), "{} is not valid JSON", name(&path)),
            _ => {}
        }
    }
}

#[test]
fn no_json_case_passes_for_a_safetensors_header() {
    let Some(folder) = shared("data/json-test-suite/test_parsing") else { return };
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    for path in files_in(folder, "json") {
        let case = std::fs::read(&path).expect("a case can be read");
        let bytes = [&(case.len() as u64).to_le_bytes()[..], &case].concat();
        let opened = open(&made::folder(root.path(), &made::config(), &bytes));
        assert!(matches!(opened, Err(Error::Safetensors { .. })), "{} holds no tensors", name(&path));
    }
}

#[test]
fn samples_of_every_type_have_sound_headers() {
    let Some(folder) = shared("data/safetensors-samples") else { return };
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let samples = files_in(folder, "safetensors");
    assert!(samples.len() >= 10, "the samples are there");
    for path in samples {
        let bytes = std::fs::read(&path).expect("a sample can be read");
        let error = open(&made::folder(root.path(), &made::config(), &bytes)).expect_err("a sample is no model");
        assert!(matches!(error, Error::TensorMissing { .. }), "{} is sound, only no BERT: {error}", name(&path));
    }
}

#[test]
fn models_of_other_families_open_as_bert_or_are_refused_with_a_sentence() {
    let Some(ggufs) = shared("oracle/golden/families-gguf") else { return };
    let Some(folders) = shared("oracle/golden/families") else { return };
    let mut answers = String::new();
    let entries = std::fs::read_dir(folders).expect("a shared folder can be listed");
    let mut paths: Vec<_> =
        entries.map(|entry| entry.expect("an entry can be read").path()).filter(|path| path.is_dir()).collect();
    paths.sort();
    paths.extend(files_in(ggufs, "gguf"));
    for path in paths {
        match open(&path) {
            Ok(variant) => writeln!(answers, "{}\n    opens, labels {:?}", name(&path), variant.labels()),
            Err(error) => writeln!(answers, "{}\n    {error}", name(&path)),
        }
        .expect("a string takes text");
    }
    insta::assert_snapshot!(answers);
}
