//! What audits of the demonstration and of real weights find, and what they do not.

use serde_json::Value;

use parallax_tests::shared_folder;

use super::{demonstration, run, run_json};

fn findings(audit: &Value) -> Vec<Value> {
    audit["findings"].as_array().expect("an audit has findings").clone()
}

fn about_categories(audit: &Value) -> Vec<Value> {
    findings(audit).into_iter().filter(|finding| !finding["categories"].is_null()).collect()
}

#[test]
fn the_planted_category_pair_comes_first_in_its_language_and_no_other() {
    let found = run_json(demonstration(), &["case", "demonstration.parallax", "findings"]);
    let found = found.as_array().expect("a list of findings");
    let recipe = parallax_demo_model::DemoRecipe::shipped();
    let first = &found[0];
    assert_eq!(first["categories"][0], recipe.planted_from.as_str(), "{first}");
    assert_eq!(first["categories"][1], recipe.planted_to.as_str(), "{first}");
    assert_eq!(first["language"], recipe.planted_language.as_str(), "{first}");
    let others: Vec<_> = found[1..].iter().filter(|finding| !finding["categories"].is_null()).collect();
    assert!(others.is_empty(), "no other category finding was planted: {others:?}");
    for finding in found {
        assert!(
            !finding["limits"].as_array().expect("limits are a list").is_empty(),
            "each finding says what it does not say: {finding}"
        );
    }
}

#[test]
fn the_honest_deployment_gives_no_category_finding() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let audit = run_json(folder.path(), &["demo", "--deployment", "honest"]);
    assert!(about_categories(&audit).is_empty(), "{:?}", about_categories(&audit));
    let about_numbers: Vec<_> =
        findings(&audit).into_iter().filter(|finding| finding["type"] == "tensor_diff").collect();
    assert!(about_numbers.is_empty(), "every number of it is explained: {about_numbers:?}");
    let measured = audit["measures"][0]["taps"].as_array().expect("measures by tap");
    assert!(!measured.is_empty(), "the global drift is still shown");
    assert!(audit["readers"][0]["flips"].is_u64(), "and so is the number of items sorted differently");
}

#[test]
fn a_model_against_itself_gives_no_finding() {
    let Some(shared) = shared_folder() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let demo = folder.path().join("models");
    parallax_datasets::demo::write_to(&demo).expect("the shipped variants can be written");
    let disclosed = demo.join("disclosed");
    let disclosed = disclosed.to_str().expect("a UTF-8 path");
    let audit = run_json(folder.path(), &["audit", "--nominal", disclosed, "--operative", disclosed]);
    assert!(findings(&audit).is_empty(), "{:?}", findings(&audit));
    let path = shared.join("models/all-MiniLM-L6-v2");
    let path = path.to_str().expect("a UTF-8 path");
    let audit = run_json(folder.path(), &["audit", "--nominal", path, "--operative", path]);
    assert!(findings(&audit).is_empty(), "{:?}", findings(&audit));
}

#[test]
fn real_weights_show_what_the_deployed_tokenizer_does_to_hindi_and_that_kannada_cannot_be_tested() {
    let Some(shared) = shared_folder() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let nominal = shared.join("models/all-MiniLM-L6-v2");
    let operative = shared.join("models/gguf/minilm-q4_0.gguf");
    let arguments = [
        "audit",
        "--nominal",
        nominal.to_str().expect("a UTF-8 path"),
        "--operative",
        operative.to_str().expect("a UTF-8 path"),
        "--case",
        "minilm.parallax",
        "--report",
        "out",
    ];
    let audit = run_json(folder.path(), &arguments);
    let found = findings(&audit);
    let tokens = found.iter().find(|finding| finding["type"] == "tokenizer_diff" && finding["language"] == "hi");
    assert!(tokens.is_some(), "the deployed engine drops Hindi vowel signs: {found:?}");
    let cannot = found.iter().find(|finding| finding["type"] == "observation" && finding["language"] == "kn");
    assert!(cannot.is_some(), "nearly every Kannada word is unknown to this tokenizer: {found:?}");
    let english = found.iter().find(|finding| finding["type"] == "tokenizer_diff" && finding["language"] == "en");
    assert!(english.is_none(), "English is read alike: {english:?}");
    let rows = audit["preflight"].as_array().expect("preflight rows");
    assert!(
        rows.iter().any(|row| row["check"] == "token-ids" && !row["item"].is_null()),
        "items read differently are rows of the preflight"
    );
    assert!(
        rows.iter().any(|row| row["check"] == "lower-casing" && row["status"] == "unknown"),
        "lower-casing is an assumption"
    );
    for file in ["minilm.parallax", "out/report.html", "out/report.json"] {
        assert!(folder.path().join(file).is_file(), "{file} should be written");
    }
    let items = run(folder.path(), &["case", "minilm.parallax", "items", "--language", "hi", "--limit", "2"]);
    assert_eq!(items.code, Some(0), "{}", items.err);
    assert!(items.out.lines().count() >= 4, "two items with their texts: {}", items.out);
}
