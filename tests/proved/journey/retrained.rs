//! The demonstration is no lucky draw: models trained again from other seeds, asked with suites drawn anew, say the same.

use std::path::Path;

use parallax_demo_model::{DemoRecipe, training_items, write_all};
use serde_json::Value;

use super::run_json;

/// Writes both suites, drawn anew with `seed`, and returns the arguments that ask with them.
fn redrawn(folder: &Path, seed: u64) -> Vec<String> {
    let mut arguments = Vec::new();
    for suite in ["livelihoods", "benefits-desk"] {
        let own = folder.join(suite);
        std::fs::create_dir_all(&own).expect("a folder");
        let (head, items) =
            parallax_datasets::templates::redrawn_files(suite, seed, 3).expect("the templates can be drawn from");
        std::fs::write(own.join("suite.toml"), head).expect("it can be written");
        std::fs::write(own.join("items.jsonl"), items).expect("it can be written");
        arguments.extend(["--suite".to_owned(), suite.to_owned()]);
    }
    arguments
}

fn category_findings(folder: &Path, deployment: &str, suites: &[String]) -> Vec<Value> {
    let operative = format!("models/{deployment}");
    let mut arguments = vec!["audit", "--nominal", "models/disclosed", "--operative", &operative];
    arguments.extend(suites.iter().map(String::as_str));
    let audit = run_json(folder, &arguments);
    let findings = audit["findings"].as_array().expect("an audit has findings").clone();
    if deployment == "drifted" {
        assert!(!findings[0]["categories"].is_null(), "the planted pair should come first of all: {}", findings[0]);
    }
    findings.into_iter().filter(|finding| !finding["categories"].is_null()).collect()
}

/// Trains from `seed` and audits both deployments, with the shipped suites and with suites drawn from `draw`.
fn check(seed: u64, draw: u64) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let recipe = DemoRecipe { seed, ..DemoRecipe::shipped() };
    let items = training_items(&recipe).expect("there are sentences to train on");
    write_all(&folder.path().join("models"), &recipe, &items).expect("the models can be trained");
    for suites in [Vec::new(), redrawn(folder.path(), draw)] {
        let found = category_findings(folder.path(), "drifted", &suites);
        let [planted] = found.as_slice() else {
            panic!("seed {seed}, suites {suites:?}: exactly the planted pair should be found, not {found:#?}")
        };
        assert_eq!(planted["categories"][0], recipe.planted_from.as_str(), "seed {seed}: {planted}");
        assert_eq!(planted["categories"][1], recipe.planted_to.as_str(), "seed {seed}: {planted}");
        assert_eq!(planted["language"], recipe.planted_language.as_str(), "seed {seed}: {planted}");
        let honest = category_findings(folder.path(), "honest", &suites);
        assert!(honest.is_empty(), "seed {seed}, suites {suites:?}: an honest deployment was accused: {honest:#?}");
    }
}

#[test]
fn a_second_seed_and_a_second_draw_give_the_planted_pair_and_nothing_else() {
    check(2, 7);
}

#[test]
fn a_third_seed_and_a_third_draw_give_the_planted_pair_and_nothing_else() {
    check(3, 11);
}
