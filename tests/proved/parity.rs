//! The whole way from texts to measures against the reference suite of 2,000 texts.
//!
//! Its states are not saved, so the comparison is by tolerance; what is held exactly is tested beside each crate.

use std::ops::ControlFlow;
use std::path::Path;

use ndarray::Array2;
use parallax_compare::geometry;
use parallax_model::{Bert, Perturbation, Pooling, RepresentOptions, States};
use parallax_tests::shared_folder;
use parallax_tokens::{Reading, Tokenizer};
use serde_json::Value;

/// Neighbours in the reference suite.
const NEIGHBOURS: usize = 10;

fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a reference file can be read");
    serde_json::from_str(&text).expect("a reference file is JSON")
}

fn represent(model: &Path, ids: &[Vec<u32>]) -> States {
    let variant = parallax_artifact::open(model).expect("a shared model opens");
    let bert = Bert::load(&variant, &Perturbation::None).expect("a shared model loads");
    let options = RepresentOptions { pooling: Pooling::Mean, threads: 2, batch_tokens: 1024 };
    bert.represent(ids, &options, &|_, _| ControlFlow::Continue(())).expect("the texts can be represented")
}

fn states_at(states: &States, tap: usize) -> Array2<f64> {
    Array2::from_shape_fn((states.n_items, states.dim), |(item, column)| f64::from(states.state(item, tap)[column]))
}

fn close(what: &str, found: f64, reference: &Value, tolerance: f64) {
    let reference = reference.as_f64().expect("a reference value is a number");
    assert!(
        (found - reference).abs() <= tolerance,
        "{what} is {found}, the reference is {reference} within {tolerance}"
    );
}

#[test]
fn measures_of_quantized_models_are_those_of_the_reference_suite() {
    let Some(shared) = shared_folder() else { return };
    let golden = shared.join("oracle/golden");
    let folder = shared.join("models/all-MiniLM-L6-v2");
    let variant = parallax_artifact::open(&folder).expect("the shared model opens");
    let tokenizer = Tokenizer::with_reading(&variant, Reading::Published).expect("it has a tokenizer");
    let texts = json(&golden.join("texts.json"));
    let ids: Vec<Vec<u32>> = texts
        .as_array()
        .expect("a list of texts")
        .iter()
        .map(|record| tokenizer.encode(record["text"].as_str().expect("a text")).expect("it can be read").ids)
        .collect();
    let nominal = represent(&folder, &ids);
    let reference = json(&golden.join("suite/measures.json"));
    for name in ["minilm-q8_0", "minilm-q4_0"] {
        let operative = represent(&shared.join(format!("models/gguf/{name}.gguf")), &ids);
        for tap in 0..nominal.n_taps {
            let pair = &reference[name][tap]["pair"];
            let (a, b) = (states_at(&nominal, tap), states_at(&operative, tap));
            let at = |measure: &str| format!("{measure} of {name} at tap {tap}");
            let cka = geometry::cka(a.view(), b.view()).expect("CKA is defined");
            close(&at("cka-linear"), cka.biased.expect("defined"), &pair["cka"], 1e-6);
            close(&at("cka-linear-debiased"), cka.debiased.expect("defined"), &pair["cka_debiased"], 1e-6);
            let neighbours =
                |states: &Array2<f64>| geometry::Neighbours::find(states.view(), NEIGHBOURS).expect("defined");
            let agreement = geometry::agreement(&neighbours(&a), &neighbours(&b)).expect("defined");
            let knn = &pair["knn@10"];
            close(&at("knn-overlap@10"), agreement.overlap_mean(), &knn["overlap"], 1e-3);
            close(&at("knn-jaccard@10"), agreement.jaccard_mean(), &knn["jaccard"], 1e-3);
            close(&at("mutual-knn@10"), agreement.mutual.expect("defined"), &knn["mutual_graph_iou"], 2e-3);
            let cosine = geometry::cosine_mean(a.view(), b.view()).expect("defined");
            close(&at("cosine-mean"), cosine, &pair["cosine_same_text"]["mean"], 1e-6);
            let error = geometry::relative_error(a.view(), b.view()).expect("defined");
            close(&at("relative-error"), error, &pair["relative_frobenius"], 1e-5);
        }
    }
}
