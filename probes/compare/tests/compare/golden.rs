//! Measures and probes on saved states equal the reference numbers made with numpy and scikit-learn.

use std::path::PathBuf;

use linfa::Dataset;
use linfa::prelude::{Fit, Predict, ToConfusionMatrix};
use ndarray::{Array1, Array2, ArrayView2, Axis};
use parallax_compare::geometry::{Neighbours, agreement, cka};
use parallax_compare::probe::{LogisticParams, Solver};
use parallax_compare::standardise::Standardiser;
use safetensors::SafeTensors;
use serde_json::Value;

/// Folder of the reference numbers, or `None` after saying what is skipped.
fn golden() -> Option<PathBuf> {
    let shared = std::env::var_os("PARALLAX_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let folder = shared.join("oracle/golden");
    if folder.join("subset_measures.json").is_file() {
        return Some(folder);
    }
    assert!(
        std::env::var("PARALLAX_REQUIRE_SHARED").as_deref() != Ok("1"),
        "the reference numbers are required and not at {}",
        folder.display()
    );
    #[expect(clippy::print_stderr, reason = "a skipped test has to say so")]
    {
        eprintln!("skipped: no reference numbers at {}", folder.display());
    }
    None
}

/// Mean-pooled states of a saved file, tap by tap.
fn states(path: &std::path::Path) -> Vec<Array2<f64>> {
    let bytes = std::fs::read(path).expect("the saved states can be read");
    let file = SafeTensors::deserialize(&bytes).expect("the saved states are a safetensors file");
    let tensor = file.tensor("mean").expect("mean-pooled states are saved");
    let [taps, items, dim] = tensor.shape() else { panic!("states have three axes, got {:?}", tensor.shape()) };
    let values: Vec<f64> = tensor
        .data()
        .chunks_exact(4)
        .map(|bytes| f64::from(f32::from_le_bytes(bytes.try_into().expect("chunks hold four bytes"))))
        .collect();
    (0..*taps)
        .map(|tap| {
            let start = tap * items * dim;
            Array2::from_shape_vec((*items, *dim), values[start..start + items * dim].to_vec())
                .expect("the values fill the shape")
        })
        .collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("the reference is a number")
}

fn indices(value: &Value) -> Vec<usize> {
    value.as_array().expect("the reference is a list").iter().map(|entry| number(entry) as usize).collect()
}

#[track_caller]
fn equal(got: f64, expected: &Value, what: &str) {
    let expected = number(expected);
    assert!((got - expected).abs() <= 1e-6 * expected.abs(), "{what}: got {got}, reference {expected}");
}

#[test]
fn kernels_and_neighbourhoods_equal_the_reference() {
    let Some(folder) = golden() else { return };
    let text = std::fs::read_to_string(folder.join("subset_measures.json")).expect("the reference can be read");
    let reference: Value = serde_json::from_str(&text).expect("the reference is JSON");
    let base = states(&folder.join("hidden_f32.safetensors"));
    let mut compared = 0;
    for name in ["hidden_f32.safetensors", "hidden_q8_0.safetensors", "hidden_q4_0.safetensors"] {
        for (tap, states) in states(&folder.join(name)).iter().enumerate() {
            let expected = &reference["files"][name][tap];
            let what = format!("{name} tap {tap}");
            let neighbours = Neighbours::find(states.view(), 5).expect("states have neighbours");
            let lists: Vec<Vec<usize>> =
                expected["single"]["knn5"].as_array().expect("a list an item").iter().map(indices).collect();
            assert_eq!(neighbours.lists(), lists, "{what}: neighbours and their order");
            let pair = &expected["pair"];
            if pair.is_null() {
                continue;
            }
            let alignment = cka(base[tap].view(), states.view()).expect("states are comparable");
            equal(alignment.biased.expect("defined"), &pair["cka"], &format!("{what} biased"));
            equal(alignment.debiased.expect("defined"), &pair["cka_debiased"], &format!("{what} debiased"));
            let nominal = Neighbours::find(base[tap].view(), 5).expect("states have neighbours");
            let agreed = agreement(&nominal, &neighbours).expect("the same items");
            equal(agreed.overlap_mean(), &pair["knn@5"]["overlap"], &format!("{what} overlap"));
            equal(agreed.jaccard_mean(), &pair["knn@5"]["jaccard"], &format!("{what} jaccard"));
            equal(agreed.mutual.expect("defined"), &pair["knn@5"]["mutual_graph_iou"], &format!("{what} mutual"));
            assert_eq!(agreed.mutual_edges[..2], indices(&pair["knn@5"]["mutual_edges"]), "{what} edges");
            compared += 1;
        }
    }
    assert_eq!(compared, 14, "seven taps of two files are compared");
}

/// Rows of one parity: the reference trains on even and tests on odd ones.
fn half(states: ArrayView2<'_, f64>, odd: usize) -> Array2<f64> {
    states.select(Axis(0), &(odd..states.nrows()).step_by(2).collect::<Vec<_>>())
}

#[test]
fn probes_equal_the_reference() {
    let Some(folder) = golden() else { return };
    let text = std::fs::read_to_string(folder.join("subset_measures.json")).expect("the reference can be read");
    let reference: Value = serde_json::from_str(&text).expect("the reference is JSON");
    let mut compared = 0;
    for name in ["hidden_f32.safetensors", "hidden_q8_0.safetensors", "hidden_q4_0.safetensors"] {
        for (tap, states) in states(&folder.join(name)).iter().enumerate() {
            for (probe, targets) in [("probe_polarity", "polarity"), ("probe_category", "category")] {
                let expected = &reference["files"][name][tap]["single"][probe];
                if expected.is_null() {
                    continue;
                }
                let what = format!("{name} tap {tap} {targets}");
                let labels = indices(&reference[targets]);
                let every_other = |odd: usize| labels.iter().skip(odd).step_by(2).copied().collect::<Array1<usize>>();
                let train = half(states.view(), 0);
                let standardiser = Standardiser::fit(train.view()).expect("states vary");
                let set = Dataset::new(standardiser.apply(train.view()).expect("one width"), every_other(0));
                let fitted = LogisticParams::new(Solver::Ours).fit(&set).expect("the probe converges");
                equal(fitted.objective, &expected["objective"], &format!("{what} objective"));
                let norm = fitted.weights.iter().map(|weight| weight * weight).sum::<f64>().sqrt();
                equal(norm, &expected["weight_norm"], &format!("{what} weight norm"));
                assert_eq!(fitted.classes, indices(&expected["classes"]), "{what} classes");

                let held_out = standardiser.apply(half(states.view(), 1).view()).expect("one width");
                let probabilities = fitted.probabilities(held_out.view()).expect("one width");
                let rows = expected["test_probabilities"].as_array().expect("a row an item");
                assert_eq!(rows.len(), probabilities.nrows(), "{what} held-out items");
                for (row, expected) in probabilities.rows().into_iter().zip(rows) {
                    for (got, expected) in row.iter().zip(expected.as_array().expect("a number a class")) {
                        assert!((got - number(expected)).abs() <= 1e-5, "{what}: {got} and {expected}");
                    }
                }
                let decided = fitted.predict(&held_out);
                let accuracy = decided.confusion_matrix(&every_other(1)).expect("one length").accuracy();
                equal(f64::from(accuracy), &expected["test_accuracy"], &format!("{what} accuracy"));
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 12, "two probes at two taps of three files are compared");
}
