//! Every shared model opens for looking, and what is noted about it is true.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use parallax_artifact::survey;

use crate::shared::shared;

fn entries(folder: &str, keep: impl Fn(&PathBuf) -> bool) -> Vec<PathBuf> {
    let Some(folder) = shared(folder) else { return Vec::new() };
    let entries = std::fs::read_dir(folder).expect("a shared folder can be listed");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry can be read").path()).filter(keep).collect();
    paths.sort();
    paths
}

fn described(path: &Path) -> String {
    let survey = survey(path).unwrap_or_else(|error| panic!("{} opens for looking: {error}", path.display()));
    let parameters = survey.parameters();
    let mut text = format!(
        "{}: {}, {}, {} tensors in {} files, {:?} values, {:?} active\n",
        survey.name(),
        survey.format().as_str(),
        survey.architecture().unwrap_or("-"),
        survey.tensors().len(),
        survey.containers().len(),
        parameters.total,
        parameters.active,
    );
    for note in survey.notes() {
        writeln!(text, "    {} {} {:?}: {}", note.kind.code(), note.file, note.place, note.kind).expect("text");
    }
    for tensor in survey.tensors() {
        assert_eq!(survey.bytes(tensor).len(), tensor.len, "{} has its bytes", tensor.name);
    }
    text
}

#[test]
fn every_shared_model_opens_and_is_noted_as_it_is() {
    let mut paths = entries("oracle/golden/families", |path| path.is_dir());
    paths.extend(entries("oracle/golden/families-gguf", |path| path.extension().is_some_and(|end| end == "gguf")));
    paths.extend(entries("oracle/golden/tiny", |path| {
        path.is_dir() || path.extension().is_some_and(|end| end == "gguf")
    }));
    paths.extend(entries("models", |path| path.ends_with("all-MiniLM-L6-v2") || path.ends_with("stories260K")));
    paths.extend(entries("models/gguf", |_| true));
    if paths.is_empty() {
        return;
    }
    assert!(paths.len() > 30, "the shared models are there");
    let all: Vec<_> = paths.iter().map(|path| described(path)).collect();
    insta::assert_snapshot!(all.concat());
}

#[test]
fn samples_of_every_type_open_whether_aligned_or_not() {
    let samples = entries("data/safetensors-samples", |path| path.extension().is_some_and(|end| end == "safetensors"));
    let all: Vec<_> = samples.iter().map(|path| described(path)).collect();
    if !samples.is_empty() {
        insta::assert_snapshot!(all.concat());
    }
}
