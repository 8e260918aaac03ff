//! The three committed models on the shipped items.

use std::path::{Path, PathBuf};

use parallax_artifact::DType;
use parallax_datasets::Item;
use parallax_demo_model::{
    DemoRecipe, accuracy_by_language, decide, flip_counts, planted_groups, training_items, vocabulary,
};
use parallax_tokens::Tokenizer;

const FOLDERS: [&str; 3] = ["disclosed", "honest", "drifted"];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo").join(name)
}

fn shipped_items() -> Vec<Item> {
    let suites = parallax_datasets::shipped().expect("the shipped suites are well formed");
    suites.into_iter().flat_map(|suite| suite.items).collect()
}

fn decisions(name: &str, items: &[Item]) -> Vec<String> {
    decide(&folder(name), items).expect("the committed models have heads")
}

#[test]
fn the_three_models_open_and_share_shape_labels_and_tokens() {
    let items = shipped_items();
    let open = |name| parallax_artifact::open(&folder(name)).expect("the committed models are well formed");
    let disclosed = open("disclosed");
    assert_eq!(disclosed.labels().len(), 16, "the head names the categories of both suites");
    let published = Tokenizer::nominal(&disclosed).expect("the disclosed model has a tokenizer");
    for name in FOLDERS {
        let variant = open(name);
        assert_eq!(variant.labels(), disclosed.labels(), "{name} has the disclosed labels");
        let (theirs, ours) = (variant.config(), disclosed.config());
        assert_eq!(
            (theirs.hidden_size, theirs.n_layers, theirs.intermediate_size, theirs.max_position, theirs.vocab_size),
            (ours.hidden_size, ours.n_layers, ours.intermediate_size, ours.max_position, ours.vocab_size),
            "{name} has the disclosed shape"
        );
        let tokenizer = Tokenizer::operative(&variant).expect("every model has a tokenizer");
        for item in &items {
            let here = tokenizer.encode(&item.text).expect("a shipped item is text");
            let there = published.encode(&item.text).expect("a shipped item is text");
            assert_eq!(here, there, "{name} reads `{}` as disclosed does", item.text);
            assert_eq!(here.unknown_words, 0, "every word of `{}` can be spelt", item.text);
            assert!(!here.truncated, "`{}` fits the model", item.text);
        }
    }
    assert_eq!(vocabulary().len(), disclosed.config().vocab_size, "the committed vocabulary is the models'");
}

#[test]
fn both_deployments_claim_and_store_the_same_quantization() {
    let types = |name| {
        let variant = parallax_artifact::open(&folder(name)).expect("the committed models are well formed");
        let types: Vec<(String, DType)> =
            variant.tensors().iter().map(|tensor| (tensor.name.clone(), tensor.dtype)).collect();
        (types, variant.gguf().and_then(|metadata| metadata.u32("general.file_type")))
    };
    assert_eq!(types("honest"), types("drifted"), "nothing on the outside tells them apart");
    assert!(types("honest").0.iter().any(|(_, dtype)| dtype.is_quantized()), "the deployments are quantized");
}

#[test]
fn the_disclosed_model_sorts_the_shipped_items_in_every_language() {
    let items = shipped_items();
    for (language, accuracy) in accuracy_by_language(&decisions("disclosed", &items), &items) {
        assert!(accuracy >= 0.95, "only {:.1}% of the items in `{language}` are sorted as labelled", 100.0 * accuracy);
    }
}

#[test]
fn the_honest_deployment_moves_no_pair_of_categories_in_more_than_two_groups() {
    let items = shipped_items();
    for flip in flip_counts(&decisions("disclosed", &items), &decisions("honest", &items), &items) {
        assert!(flip.groups <= 2, "quantization alone should not do this: {flip:?}");
    }
}

#[test]
fn the_drifted_deployment_moves_the_planted_pair_and_no_other() {
    let (recipe, items) = (DemoRecipe::shipped(), shipped_items());
    let flips = flip_counts(&decisions("disclosed", &items), &decisions("drifted", &items), &items);
    let is_planted = |language: &str, from: &str, to: &str| {
        (language, from, to) == (&*recipe.planted_language, &*recipe.planted_from, &*recipe.planted_to)
    };
    for flip in &flips {
        if is_planted(&flip.language, &flip.from, &flip.to) {
            assert!(flip.groups + 1 >= recipe.planted_groups, "nearly all planted groups move, not only {flip:?}");
            assert!(flip.items >= 3 * (recipe.planted_groups - 1), "and nearly all of their items, not only {flip:?}");
        } else {
            assert!(flip.groups <= 2, "only what was planted should move, not {flip:?}");
        }
    }
    assert!(flips.iter().any(|flip| is_planted(&flip.language, &flip.from, &flip.to)), "what was planted moves");
    let training = training_items(&recipe).expect("the shipped templates are well formed");
    let planted = planted_groups(&recipe, &training).expect("the category has that many groups");
    let card = std::fs::read_to_string(folder("CARD.md")).expect("the models have a card");
    for group in planted {
        assert!(card.contains(&format!("`{group}`")), "the card names the planted group {group}");
    }
}

#[test]
fn no_shipped_item_is_trained_on() {
    let shipped: std::collections::BTreeSet<String> = shipped_items().into_iter().map(|item| item.text).collect();
    let training = training_items(&DemoRecipe::shipped()).expect("the shipped templates are well formed");
    assert!(training.iter().all(|item| !shipped.contains(&item.text)), "training and shipped items are apart");
}

#[test]
fn the_committed_files_stay_below_eight_megabytes_together() {
    fn size(path: &Path) -> u64 {
        let entries = std::fs::read_dir(path).expect("the folder is committed");
        entries
            .map(|entry| {
                let entry = entry.expect("the folder can be listed");
                if entry.path().is_dir() { size(&entry.path()) } else { entry.metadata().expect("a file").len() }
            })
            .sum()
    }
    let all = size(&folder(""));
    assert!(all < 8_000_000, "{all} bytes are too many for a repository");
}
