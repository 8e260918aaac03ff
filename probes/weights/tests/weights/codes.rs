//! The conditional code test: honest files pass it exactly, edited ones do not, and it says where they were edited.

use std::sync::atomic::{AtomicU64, Ordering};

use parallax_artifact::DType;
use parallax_weights::{CodeTest, Layout, Precision, Source, TensorView, Undefined, dequantize, test_codes};
use proptest::prelude::*;
use safetensors::SafeTensors;

use crate::pairs::{
    add_low_rank, bytes, each_quantized, encode, encode_weighted, gaussian, minilm, quiet, real, real_matrix, view,
};
use crate::shared::shared;

const SUPERBLOCKS: [DType; 5] = [DType::Q2K, DType::Q3K, DType::Q4K, DType::Q5K, DType::Q6K];

fn test(dtype: DType, shape: [usize; 2], stored: &[u8], published: &[f32]) -> CodeTest {
    let published = bytes(published);
    let source = Source::plain(view(DType::F32, &shape, &published));
    test_codes(&view(dtype, &shape, stored), &source, &Precision::ALL, &quiet).unwrap()
}

#[test]
fn what_ggml_made_of_real_weights_is_explained_to_the_last_code() {
    let mut tested = 0;
    for (nominal, operative) in [
        ("models/all-MiniLM-L6-v2", "models/gguf/minilm-q4_k_m.gguf"),
        ("oracle/golden/tiny/model", "oracle/golden/tiny/tiny-q4_k_m.gguf"),
        ("oracle/golden/tiny/model", "oracle/golden/tiny/tiny-q6_k.gguf"),
    ] {
        let Some(pair) = real(nominal, operative) else { return };
        each_quantized(&pair, |name, deployed, source| {
            if SUPERBLOCKS.contains(&deployed.dtype) {
                let test = test_codes(deployed, source, &Precision::ALL, &quiet).unwrap();
                assert_eq!(
                    (test.mismatches, test.ties, test.not_finite, test.silenced),
                    (0, 0, 0, 0),
                    "{operative} {name}"
                );
                assert_eq!(test.precision, Precision::Stored, "{operative} {name} was made from f32");
                assert_eq!(test.tested + test.skipped, (deployed.rows() * deployed.columns()) as u64);
                assert_eq!(test.explained(), Some(true));
                tested += 1;
            }
        });
    }
    assert_eq!(tested, 6 + 13 + 13, "superblocks in the three files");
}

#[test]
fn what_ggml_made_of_the_sample_rows_is_explained_for_every_type() {
    let Some(path) = shared("oracle/golden/quant_samples.safetensors") else { return };
    let file = std::fs::read(path).unwrap();
    let samples = SafeTensors::deserialize(&file).unwrap();
    let source = samples.tensor("source").unwrap();
    for dtype in [DType::Q4_0, DType::Q4_1, DType::Q5_0, DType::Q5_1, DType::Q8_0].into_iter().chain(SUPERBLOCKS) {
        let stored = samples.tensor(&format!("{}.quantized", dtype.name())).unwrap();
        let deployed = view(dtype, source.shape(), stored.data());
        let published = Source::plain(view(DType::F32, source.shape(), source.data()));
        let test = test_codes(&deployed, &published, &[Precision::Stored], &quiet).unwrap();
        assert_eq!((test.mismatches, test.not_finite), (0, 0), "{}: {test:?}", dtype.name());
        assert!(test.tested > 10_000, "{}", dtype.name());
        if SUPERBLOCKS.contains(&dtype) {
            assert_eq!(test.ties, 0, "{}", dtype.name());
        }
    }
}

#[test]
fn blocks_of_32_are_explained_within_the_rounding_of_their_scale() {
    for quantization in ["q4_0", "q8_0", "q4_k_m"] {
        let Some(pair) = minilm(quantization) else { return };
        each_quantized(&pair, |name, deployed, source| {
            let test = test_codes(deployed, source, &[Precision::Stored], &quiet).unwrap();
            assert_eq!(test.explained(), Some(true), "{quantization} {name}: {} mismatches", test.mismatches);
        });
    }
}

#[test]
fn importance_weights_do_not_matter() {
    let shape = [64, 1024];
    let numbers = gaussian(64 * 1024, 0.02, 5);
    let weights: Vec<f32> = gaussian(1024, 1.0, 6).iter().map(|z| z.exp()).collect();
    for dtype in SUPERBLOCKS {
        let test = test(dtype, shape, &encode_weighted(dtype, &numbers, &weights), &numbers);
        assert_eq!((test.mismatches, test.explained()), (0, Some(true)), "{}", dtype.name());
    }
}

#[test]
fn a_small_edit_before_quantization_is_seen_and_honest_codes_are_not() {
    let Some((shape, numbers)) = real_matrix("blk.3.ffn_down.weight") else { return };
    let edited = add_low_rank(&numbers, shape, 8, 0.001);
    for (dtype, expected) in [(DType::Q4K, 1e-3..4e-3), (DType::Q6K, 4e-3..2e-2)] {
        let honest = test(dtype, shape, &encode(dtype, &numbers), &numbers);
        assert_eq!(honest.explained(), Some(true), "{}: {} mismatches", dtype.name(), honest.mismatches);
        let test = test(dtype, shape, &encode(dtype, &edited), &numbers);
        assert_eq!(test.explained(), Some(false));
        let share = test.mismatch_share().unwrap();
        assert!(expected.contains(&share), "{}: {share}", dtype.name());
    }
}

#[test]
fn edited_rows_and_columns_are_named() {
    let shape = [300, 512];
    let numbers = gaussian(300 * 512, 0.02, 9);
    let stored = |edit: &dyn Fn(usize, usize) -> f32| {
        let edited: Vec<f32> =
            numbers.iter().enumerate().map(|(index, number)| number * edit(index / 512, index % 512)).collect();
        encode(DType::Q6K, &edited)
    };
    let by_row = test(DType::Q6K, shape, &stored(&|row, _| if row % 100 == 7 { 1.02 } else { 1.0 }), &numbers);
    let rows = by_row.by_row().unwrap();
    let mut named: Vec<usize> = rows.lines.iter().map(|line| line.index).collect();
    named.sort_unstable();
    assert_eq!((named, rows.share), (vec![7, 107, 207], 1.0));
    assert!(rows.z > 100.0 && by_row.by_column().unwrap().lines.is_empty(), "{rows:?}");

    let by_column = test(DType::Q6K, shape, &stored(&|_, column| if column == 33 { 1.05 } else { 1.0 }), &numbers);
    let columns = by_column.by_column().unwrap();
    assert_eq!(columns.lines.iter().map(|line| line.index).collect::<Vec<_>>(), [33]);
    assert!(by_column.by_row().unwrap().lines.is_empty());
}

#[test]
fn the_number_format_in_between_is_found() {
    let shape = [16, 1024];
    let numbers = gaussian(16 * 1024, 0.02, 12);
    for precision in Precision::ALL {
        let mut rounded = numbers.clone();
        precision.round(&mut rounded);
        let test = test(DType::Q5K, shape, &encode(DType::Q5K, &rounded), &numbers);
        assert_eq!((test.precision, test.explained()), (precision, Some(true)));
    }
}

#[test]
fn layout_changes_are_undone() {
    let shape = [64, 256];
    let numbers = gaussian(64 * 256, 0.02, 14);
    let rows: Vec<&[f32]> = numbers.chunks(256).collect();
    // Two heads of 32 rows: the first row of the second half comes second.
    let interleaved: Vec<f32> =
        (0..64).flat_map(|row| rows[row / 32 * 32 + row % 2 * 16 + row % 32 / 2].to_vec()).collect();
    let stored = encode(DType::Q4K, &interleaved);
    let published = bytes(&numbers);
    let source = |layout| Source { parts: vec![view(DType::F32, &shape, &published)], layout };
    let mismatches = |layout| {
        let deployed = view(DType::Q4K, &shape, &stored);
        test_codes(&deployed, &source(layout), &[Precision::Stored], &quiet).map(|test| test.mismatches)
    };
    assert_eq!(mismatches(Layout::PermuteHeads(2)), Ok(0));
    assert!(mismatches(Layout::AsStored).unwrap() > 10_000, "unrelated rows");
    assert_eq!(mismatches(Layout::PermuteHeads(5)), Err(Undefined::Malformed { side: "published" }));
    let wrong = Undefined::ShapesDiffer { nominal: (60, 256), operative: (64, 256) };
    assert_eq!(mismatches(Layout::SkipRows(4)), Err(wrong));
}

/// Sets the scale of the first group of a Q6_K superblock.
fn set_first_scale(stored: &mut [u8], superblock: usize, scale: i8) {
    stored[superblock * 210 + 192] = scale as u8;
}

#[test]
fn groups_without_a_scale_are_counted_and_not_blamed() {
    let shape = [8, 512];
    let mut numbers = gaussian(8 * 512, 0.02, 15);
    // One group far below its superblock's scale, and a whole superblock of zeros.
    numbers[..16].iter_mut().for_each(|number| *number *= 1e-4);
    numbers[256..512].fill(0.0);
    let mut stored = encode(DType::Q6K, &numbers);
    let honest = test(DType::Q6K, shape, &stored, &numbers);
    assert_eq!((honest.skipped, honest.silenced, honest.explained()), (16 + 256, 0, Some(true)));

    // Codes that stand for nothing can hold anything.
    stored[210..210 + 128].fill(0x5b);
    let hidden = test(DType::Q6K, shape, &stored, &numbers);
    assert_eq!((hidden.dead_codes - honest.dead_codes, hidden.mismatches), (256, 0));

    // A scale that was taken away is no scale that an encoder dropped.
    set_first_scale(&mut stored, 5, 0);
    let silenced = test(DType::Q6K, shape, &stored, &numbers);
    assert_eq!((silenced.skipped, silenced.mismatches), (16 + 256 + 16, 0));
    assert!(silenced.silenced >= 12, "ordinary numbers lie far beyond 64 steps: {}", silenced.silenced);
}

#[test]
fn numbers_that_are_not_finite_are_no_codes() {
    let shape = [4, 256];
    let numbers = gaussian(1024, 0.02, 16);
    let stored = encode(DType::Q6K, &numbers);
    let mut broken = numbers.clone();
    (broken[3], broken[700]) = (f32::NAN, f32::INFINITY);
    let test = test(DType::Q6K, shape, &stored, &broken);
    assert_eq!((test.not_finite, test.tested, test.mismatches), (2, 1022, 0));
    assert_eq!(test.explained(), Some(false));
}

#[test]
fn results_do_not_depend_on_the_number_of_threads_and_all_bytes_are_reported() {
    let shape = [500, 768];
    let numbers = gaussian(500 * 768, 0.02, 17);
    let stored = encode(DType::Q4K, &add_low_rank(&numbers, shape, 2, 0.01));
    let published = bytes(&numbers);
    let source = Source::plain(view(DType::F32, &shape, &published));
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let read = AtomicU64::new(0);
        let count = |bytes| {
            read.fetch_add(bytes, Ordering::Relaxed);
        };
        let deployed: TensorView<'_> = view(DType::Q4K, &shape, &stored);
        let test = pool.install(|| test_codes(&deployed, &source, &[Precision::Stored], &count)).unwrap();
        (test, read.into_inner())
    };
    let one = run(1);
    assert!(one.0.mismatches > 100);
    assert_eq!(one, run(4));
    assert_eq!(one.1, (stored.len() + published.len()) as u64);
}

#[test]
fn a_republished_quantization_of_another_type_is_not_the_source() {
    let shape = [64, 512];
    let numbers = gaussian(64 * 512, 0.02, 18);
    let stored = encode(DType::Q4K, &numbers);
    let mut other = vec![0.0; numbers.len()];
    dequantize(DType::Q5K, &encode(DType::Q5K, &numbers), &mut other);
    assert!(test(DType::Q4K, shape, &stored, &other).mismatch_share().unwrap() > 0.02);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn honest_superblocks_of_any_size_are_explained(seed in 0u64..1000, power in -18i32..4, spread in 0.0f32..2.5) {
        let shape = [6, 512];
        let groups = gaussian(6 * 512 / 16, spread, seed + 1);
        let numbers: Vec<f32> = gaussian(6 * 512, 2f32.powi(power), seed)
            .iter()
            .enumerate()
            .map(|(index, number)| number * groups[index / 16].exp())
            .collect();
        for dtype in SUPERBLOCKS {
            let test = test(dtype, shape, &encode(dtype, &numbers), &numbers);
            prop_assert_eq!((test.mismatches, test.not_finite, test.silenced), (0, 0, 0), "{}", dtype.name());
        }
    }
}
