//! Files held against each other on the command line: identities, weights and tokenizers.

use std::path::Path;

use parallax_tests::shared_folder;
use serde_json::Value;

use super::{run, run_json};

/// Temporary folder and the paths of the published model and one of its deployments.
fn minilm(deployment: &str) -> Option<(tempfile::TempDir, String, String)> {
    let shared = shared_folder()?;
    let text = |path: &Path| path.to_str().expect("a path in UTF-8").to_owned();
    let nominal = text(&shared.join("models/all-MiniLM-L6-v2"));
    let operative = text(&shared.join("models/gguf").join(deployment));
    Some((tempfile::tempdir().expect("a temporary folder"), nominal, operative))
}

pub(super) fn weights(folder: &Path, nominal: &str, operative: &str) -> Value {
    run_json(folder, &["weights", "--nominal", nominal, "--operative", operative])
}

/// How many tensors have each verdict.
fn verdicts(report: &Value) -> std::collections::BTreeMap<String, u64> {
    let rows = report["summary"]["verdicts"].as_array().expect("verdicts");
    rows.iter()
        .map(|row| (row["verdict"].as_str().expect("a word").to_owned(), row["tensors"].as_u64().expect("a count")))
        .collect()
}

#[test]
fn every_tensor_of_the_real_deployments_is_explained() {
    for (deployment, label, by_shape) in [
        ("minilm-q8_0.gguf", "Q8_0", false),
        ("minilm-q4_0.gguf", "Q4_0", true),
        ("minilm-q4_k_m.gguf", "Q4_K_M", true),
    ] {
        let Some((folder, nominal, operative)) = minilm(deployment) else { return };
        let report = weights(folder.path(), &nominal, &operative);
        assert_eq!(report["schema"], "parallax-weights/1");
        let tensors = report["tensors"].as_array().expect("tensors");
        for tensor in tensors {
            let verdict = tensor["verdict"].as_str().expect("a verdict");
            assert!(
                ["identical", "reproduced", "reproduced-up-to-ties", "codes-explained"].contains(&verdict),
                "{deployment}: {} is {verdict}",
                tensor["name"]
            );
            if let Some(expected) = tensor["expected_type"].as_str() {
                assert_eq!(tensor["type"], expected, "{deployment}: {}", tensor["name"]);
            }
        }
        assert_eq!(report["summary"]["unknown"], 0, "{}", report["unmatched"]);
        for unmatched in report["unmatched"].as_array().expect("a list") {
            assert_ne!(unmatched["reason"], "unknown", "{unmatched}");
        }
        let claim = &report["claim"];
        assert_eq!(claim["claimed"], label, "{deployment}");
        assert_eq!(claim["outcome"], "holds", "{claim}");
        assert_eq!(claim["by_shape"].as_u64().expect("a count") > 0, by_shape, "{claim}");
        assert!(report["lattice"].as_array().expect("a list").iter().all(|row| row["flagged"] == false));
    }
}

#[test]
fn a_wrong_claim_is_contradicted_with_what_speaks_against_it() {
    let Some((folder, nominal, operative)) = minilm("minilm-q4_0.gguf") else { return };
    let arguments = ["weights", "--nominal", &nominal, "--operative", &operative, "--claim", "Q8_0"];
    let ran = run(folder.path(), &arguments);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.out.contains("contradicted"), "{}", ran.out);
    let right = ["weights", "--nominal", &nominal, "--operative", &operative, "--claim", "q4_0"];
    assert_eq!(run(folder.path(), &right).code, Some(0));
    let unknown = ["weights", "--nominal", &nominal, "--operative", &operative, "--claim", "Q9"];
    let ran = run(folder.path(), &unknown);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("Q9") && ran.out.is_empty(), "{}", ran.err);
}

#[test]
fn the_page_says_what_explained_does_not_mean() {
    let Some((folder, nominal, operative)) = minilm("minilm-q4_k_m.gguf") else { return };
    let ran = run(folder.path(), &["weights", "--nominal", &nominal, "--operative", &operative]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for part in ["explained by the published model", "does not say that the deployed model does no harm", "divide"] {
        assert!(ran.out.contains(part), "`{part}` is missing: {}", ran.out);
    }
}

#[test]
fn another_model_is_not_explained() {
    let Some((folder, nominal, _)) = minilm("minilm-q4_0.gguf") else { return };
    let models = folder.path().join("models");
    parallax_datasets::demo::write_to(&models).expect("the shipped variants can be written");
    let disclosed = models.join("disclosed");
    let disclosed = disclosed.to_str().expect("UTF-8");
    let report = weights(folder.path(), disclosed, &nominal);
    let verdicts = verdicts(&report);
    for explained in ["identical", "reproduced", "codes-explained"] {
        assert!(!verdicts.contains_key(explained), "{verdicts:?}");
    }
}

#[test]
fn the_drifted_demonstration_is_changed_and_the_honest_one_is_not() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    parallax_datasets::demo::write_to(&folder.path().join("models")).expect("the shipped variants can be written");
    let deployed = |name: &str| {
        let entries = std::fs::read_dir(folder.path().join("models").join(name)).expect("a folder");
        let mut files = entries.map(|entry| entry.expect("an entry").path());
        let gguf = files.find(|path| path.extension().is_some_and(|extension| extension == "gguf"));
        gguf.expect("a GGUF").to_str().expect("UTF-8").to_owned()
    };
    let nominal = folder.path().join("models/disclosed");
    let nominal = nominal.to_str().expect("UTF-8");
    let honest = weights(folder.path(), nominal, &deployed("honest"));
    let explained = |report: &Value| {
        let tensors = report["tensors"].as_array().expect("tensors").clone();
        tensors.iter().all(|tensor| {
            ["identical", "reproduced", "reproduced-up-to-ties", "codes-explained", "type-unexpected"]
                .contains(&tensor["verdict"].as_str().expect("a verdict"))
        })
    };
    assert!(explained(&honest), "{:?}", verdicts(&honest));
    let drifted = weights(folder.path(), nominal, &deployed("drifted"));
    assert!(!explained(&drifted), "{:?}", verdicts(&drifted));
}

#[test]
fn a_variant_is_identified_whether_it_can_be_run_or_not() {
    let Some((folder, nominal, operative)) = minilm("minilm-q8_0.gguf") else { return };
    let identity = run_json(folder.path(), &["identify", &nominal, "--statement", "statement.json"]);
    assert_eq!(identity["schema"], "parallax-identity/1");
    assert_eq!(identity["architecture"], "bert");
    assert_eq!(identity["cannot_run"], Value::Null);
    let weights = identity["files"].as_array().expect("files").iter().find(|file| file["role"] == "weights");
    let weights = weights.expect("a weights file");
    assert_eq!(weights["sha256"].as_str().expect("hex").len(), 64);
    let statement = std::fs::read(folder.path().join("statement.json")).expect("the statement was written");
    let statement: Value = serde_json::from_slice(&statement).expect("JSON");
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    let subjects = statement["subject"].as_array().expect("subjects");
    assert!(subjects.iter().any(|subject| subject["digest"]["sha256"] == weights["sha256"]));
    let identity = run_json(folder.path(), &["identify", &operative]);
    assert_eq!(identity["file_type"], "Q8_0");
    let shared = shared_folder().expect("it was there a moment ago");
    let llama = std::fs::read_dir(shared.join("models/stories260K")).expect("a folder");
    let llama =
        llama.map(|entry| entry.expect("an entry").path()).find(|path| path.extension().is_some_and(|it| it == "gguf"));
    let identity = run_json(folder.path(), &["identify", llama.expect("a GGUF").to_str().expect("UTF-8")]);
    assert_eq!(identity["architecture"], "llama");
    assert!(identity["cannot_run"].as_str().expect("a reason").contains("llama"));
}

#[test]
fn tokens_show_what_the_engine_loses_and_what_nobody_can_read() {
    let Some((folder, nominal, operative)) = minilm("minilm-q8_0.gguf") else { return };
    let texts = concat!(
        "{\"id\": \"k\", \"language\": \"kn\", \"text\": \"ಎಲ್ಲಾ ಮಾನವರೂ ಸ್ವತಂತ್ರರಾಗಿಯೇ ಜನಿಸಿದ್ದಾರೆ\"}\n",
        "{\"id\": \"h\", \"language\": \"hi\", \"text\": \"सभी मनुष्यों को गौरव और अधिकारों के मामले में\"}\n",
        "{\"id\": \"e\", \"language\": \"en\", \"text\": \"All human beings are born free\"}\n",
    );
    std::fs::write(folder.path().join("texts.jsonl"), texts).expect("texts");
    let arguments = ["tokens", "--nominal", &nominal, "--operative", &operative, "--texts", "texts.jsonl"];
    let report = run_json(folder.path(), &arguments);
    assert_eq!(report["schema"], "parallax-tokens/1");
    let row = |language: &str| {
        let rows = report["languages"].as_array().expect("languages");
        rows.iter().find(|row| row["language"] == language).expect("the language").clone()
    };
    let (kannada, hindi, english) = (row("kn"), row("hi"), row("en"));
    assert!(kannada["nominal"]["unknown_share"].as_f64().expect("a share") > 0.9, "{kannada}");
    assert!(hindi["words_differ"].as_u64().expect("a count") > 0, "{hindi}");
    assert!(hindi["first"]["word"].as_str().is_some_and(|word| !word.is_empty()), "{hindi}");
    assert_eq!(english["words_differ"], 0, "{english}");
    assert_eq!(report["operative_mode"], "engine");
    let ran = run(folder.path(), &arguments);
    assert!(ran.out.contains("Kannada") && ran.out.contains("cannot be read"), "{}", ran.out);
}

#[test]
fn files_that_cannot_be_compared_are_refused_with_one_sentence() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("noise.gguf"), b"GGUF\x03\0\0\0\xff\xff\xff\xff\xff\xff\xff\x7f")
        .expect("a file");
    for (named, arguments) in [
        ("nowhere", vec!["weights", "--nominal", "nowhere", "--operative", "nowhere"]),
        ("noise.gguf", vec!["weights", "--nominal", "noise.gguf", "--operative", "noise.gguf"]),
        ("noise.gguf", vec!["identify", "noise.gguf", "--statement", "statement.json"]),
        ("noise.gguf", vec!["tokens", "--nominal", "noise.gguf", "--operative", "noise.gguf"]),
    ] {
        let ran = run(folder.path(), &arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.err);
        assert_eq!(ran.out, "");
        assert_eq!(ran.err.trim_end().lines().count(), 1, "{}", ran.err);
        assert!(ran.err.contains(named), "{}", ran.err);
        assert!(!folder.path().join("statement.json").exists());
    }
}
