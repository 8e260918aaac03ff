//! Differences of tensor pairs: reference numbers, places, and values that do not exist.

use parallax_artifact::DType;
use parallax_weights::{BINS, CONSPICUOUS_Z, Difference, Source, Undefined, difference, robust_z};
use proptest::prelude::*;

use crate::pairs::{bytes, each_quantized, encode, gaussian, minilm, quiet, view};
use crate::shared::shared;

fn between(shape: [usize; 2], published: &[f32], deployed: &[f32]) -> Result<Difference, Undefined> {
    let (published, deployed) = (bytes(published), bytes(deployed));
    difference(&view(DType::F32, &shape, &deployed), &Source::plain(view(DType::F32, &shape, &published)), 3, &quiet)
}

#[test]
fn real_tensors_agree_with_the_reference_numbers() {
    let Some(path) = shared("oracle/golden/quant_reference.json") else { return };
    let golden: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for quantization in ["q4_0", "q8_0", "q4_k_m"] {
        let Some(pair) = minilm(quantization) else { return };
        each_quantized(&pair, |name, deployed, source| {
            let nominal = &pair.0.canonical(name).unwrap().name;
            let expected = &golden["tensors"][nominal]["types"][deployed.dtype.name()];
            let difference = difference(deployed, source, 3, &quiet).unwrap();
            let close = |got: f64, key: &str| {
                let expected = expected[key].as_f64().unwrap();
                assert!((got / expected - 1.0).abs() < 1e-6, "{quantization} {name} {key}: {got}, not {expected}");
            };
            close(difference.relative_error.unwrap(), "rel_frobenius");
            close(difference.max_abs_error, "max_abs");
            close(difference.rms_error, "rmse");
            close(difference.cosine.unwrap(), "cosine");
            close(difference.sqnr_db.unwrap(), "sqnr_db");
            assert_eq!(difference.histogram.iter().sum::<u64>(), difference.elements);
        });
    }
}

#[test]
fn the_worst_rows_and_columns_are_named() {
    let shape = [40, 50];
    let published = gaussian(2000, 0.02, 51);
    let deployed: Vec<f32> = (0..2000)
        .map(|index| match (index / 50, index % 50) {
            (7, _) => published[index] * 1.5,
            (_, 11) => published[index] * 0.7,
            _ => published[index],
        })
        .collect();
    let difference = between(shape, &published, &deployed).unwrap();
    assert_eq!(difference.worst_rows[0].index, 7);
    assert!((difference.worst_rows[0].relative_error - 0.5).abs() < 1e-6);
    assert_eq!((difference.worst_columns[0].index, difference.worst_rows.len()), (11, 3));
    assert!((difference.kurtosis.unwrap() - 3.0).abs() < 0.3);
    assert!(difference.histogram[BINS / 2] > 1800, "most errors are zero");
}

#[test]
fn a_tiny_row_is_related_to_the_size_of_the_others() {
    let shape = [4, 8];
    let mut published = vec![1.0; 32];
    published[..8].fill(1e-20);
    let mut deployed = published.clone();
    deployed[0] = 1e-10;
    deployed[31] = 1.1;
    let difference = between(shape, &published, &deployed).unwrap();
    let rows: Vec<usize> = difference.worst_rows.iter().map(|row| row.index).collect();
    assert_eq!(rows, [3, 0], "an absolute error of 1e-10 in a row of next to nothing is not the worst");
    assert!(difference.worst_rows[1].relative_error < 1e-7);
}

#[test]
fn what_does_not_exist_has_a_reason() {
    let shape = [2, 3];
    let some = [1.0, -2.0, 3.0, 4.0, 5.0, 6.0];
    let equal = between(shape, &some, &some).unwrap();
    assert_eq!((equal.relative_error, equal.sqnr_db), (Ok(0.0), Err(Undefined::NoError)));
    assert_eq!((equal.cosine, equal.worst_rows.len(), equal.histogram[BINS / 2]), (Ok(1.0), 0, 6));
    let from_nothing = between(shape, &[0.0; 6], &some).unwrap();
    assert_eq!(from_nothing.relative_error, Err(Undefined::AllZero { side: "published" }));
    assert_eq!(from_nothing.kurtosis, Err(Undefined::NoVariation));
    let to_nothing = between(shape, &some, &[0.0; 6]).unwrap();
    assert_eq!(to_nothing.relative_error, Ok(1.0));
    assert_eq!(to_nothing.cosine, Err(Undefined::AllZero { side: "deployed" }));
    let broken = between(shape, &some, &[0.0, 0.0, 0.0, f32::NAN, f32::INFINITY, 0.0]);
    assert_eq!(broken, Err(Undefined::NotFinite { nominal: 0, operative: 2, row: 1 }));
    let empty = between([0, 3], &[], &[]);
    assert_eq!(empty, Err(Undefined::Empty));
    let short = bytes(&some[..5]);
    let whole = bytes(&some);
    let malformed =
        difference(&view(DType::F32, &shape, &short), &Source::plain(view(DType::F32, &shape, &whole)), 3, &quiet);
    assert_eq!(malformed, Err(Undefined::Malformed { side: "deployed" }));
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let shape = [3000, 96];
    let published = gaussian(3000 * 96, 0.02, 53);
    let stored = encode(DType::Q5_0, &published);
    let published = bytes(&published);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let source = Source::plain(view(DType::F32, &shape, &published));
        pool.install(|| difference(&view(DType::Q5_0, &shape, &stored), &source, 5, &quiet)).unwrap()
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn a_tensor_that_differs_more_than_its_type_explains_stands_out() {
    let mut errors: Vec<f64> = (0..20).map(|index| 0.0714 * (1.0 + 0.02 * f64::from(index % 5))).collect();
    errors[13] = 0.11;
    let z = robust_z(&errors).unwrap();
    let above: Vec<usize> = (0..20).filter(|&index| z[index] > CONSPICUOUS_Z).collect();
    assert_eq!(above, [13]);
    assert!(robust_z(&[0.1; 10]).unwrap().iter().all(|z| *z == 0.0), "equal errors are no outliers");
    assert_eq!(robust_z(&[0.1; 7]), Err(Undefined::TooFew { what: "tensors", needed: 8, got: 7 }));
    assert_eq!(robust_z(&[0.0; 9]), Err(Undefined::NoError));
}

proptest! {
    #[test]
    fn scaling_both_sides_changes_no_ratio(seed in 0u64..1000, power in -8i32..8, columns in 1usize..40) {
        let rows = 5;
        let published = gaussian(rows * columns, 0.02, seed);
        let deployed: Vec<f32> = published.iter().zip(gaussian(rows * columns, 0.002, seed + 1)).map(|(a, b)| a + b).collect();
        let factor = 2f32.powi(power);
        let scaled = |numbers: &[f32]| numbers.iter().map(|number| number * factor).collect::<Vec<_>>();
        let before = between([rows, columns], &published, &deployed).unwrap();
        let after = between([rows, columns], &scaled(&published), &scaled(&deployed)).unwrap();
        prop_assert_eq!(before.relative_error, after.relative_error);
        prop_assert_eq!(before.cosine, after.cosine);
        prop_assert_eq!(before.histogram, after.histogram);
    }
}
