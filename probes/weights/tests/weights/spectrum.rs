//! Directions in residuals: edits of low rank are seen, honest roundings are not.

use candle_core::quantized::GgmlDType;
use parallax_weights::residual::{
    Difference, Freedom, Reference, Rows, RowsFrom, SpectrumComparison, SpectrumSettings, Undecided, compare_spectra,
    spectrum,
};
use parallax_weights::{Layout, Source, TensorView};

use crate::matrices::{Matrix, NARROW, SQUARE, WIDE};
use crate::shared::shared;

fn settings() -> SpectrumSettings {
    SpectrumSettings::standard(7)
}

/// The published matrix as an encoder rounds it; the codes of the deployed one are not looked at.
fn against(rounded: &Matrix, freedom: Freedom) -> Option<Reference<'_>> {
    Some(Reference { rounded, freedom, added: None })
}

/// The edited matrix and the published one, both through the format.
fn compare(source: &Matrix, edited: &Matrix, format: GgmlDType) -> SpectrumComparison {
    let (deployed, reference) = (edited.quantized(format), source.quantized(format));
    compare_spectra(&deployed, source, against(&reference, Freedom::Exact), &settings()).unwrap()
}

fn ratio(rounded: &Matrix, source: &Matrix) -> f64 {
    spectrum(&Difference::new(rounded, source, 1.0).unwrap(), &settings()).unwrap().ratio()
}

#[test]
fn honest_roundings_of_a_real_model_have_no_directions() {
    let Some(all) = Matrix::all_real() else { return };
    assert_eq!(all.len(), 39, "39 of its matrices have at least 32 rows");
    for (name, source) in &all {
        for format in [GgmlDType::Q4_0, GgmlDType::Q8_0] {
            let ratio = ratio(&source.quantized(format), source);
            assert!((0.9..1.02).contains(&ratio), "{name} {format:?}: {ratio}");
        }
        let ratio = ratio(&source.bf16(), source);
        assert!((0.9..1.02).contains(&ratio), "{name}, bf16: {ratio}");
        // Most of the model's numbers are f16 already; as an edit of a tenth leaves them, they are not.
        if name.contains("query") {
            let source = source.edited(&Matrix::normal(source.rows, source.columns, 8), 0.1);
            let ratio = self::ratio(&source.f16(), &source);
            assert!((0.9..1.02).contains(&ratio), "{name}, f16: {ratio}");
        }
    }
}

#[test]
fn an_honest_file_is_compared_with_itself() {
    let Some(source) = Matrix::real(SQUARE) else { return };
    let found = compare(&source, &source, GgmlDType::Q4_0);
    assert!(!found.structured && found.rank.is_none() && found.difference.is_none());
    assert_eq!((found.ratio, found.beyond, found.relative_norm), (found.reference_ratio, 0, 0.0));
    let plain = compare_spectra(&source, &source, None, &settings()).unwrap();
    assert!(!plain.structured && plain.deployed.is_none() && plain.gain == 1.0);
}

#[test]
fn a_rounding_with_directions_of_its_own_is_allowed_for() {
    // Numbers that lie on the f16 lattice, and then a thousandth above it: their rounding is no noise.
    let Some(all) = Matrix::all_real() else { return };
    let (_, positions) = all.into_iter().find(|(name, _)| name.contains("position")).unwrap();
    let source = positions.f16().map(|value| value * 1.001);
    let found = compare_spectra(&source.f16(), &source, against(&source.f16(), Freedom::Exact), &settings()).unwrap();
    assert!(found.ratio > 1.05, "beyond the edge: {}", found.ratio);
    assert!(!found.structured && found.rank.is_none() && found.beyond == 0);
}

#[test]
fn the_rank_of_an_edit_of_one_percent_is_exact_in_eight_bits() {
    for (name, source) in Matrix::several() {
        for rank in [1, 8, 20] {
            let edited = source.edited(&Matrix::low_rank(source.rows, source.columns, rank, 30), 0.01);
            let found = compare(&source, &edited, GgmlDType::Q8_0);
            assert!(found.structured && found.ratio > 2.5, "{name}: {}", found.ratio);
            assert_eq!(found.rank, Some(rank), "{name}");
            assert!((found.relative_norm / 0.01 - 1.0).abs() < 0.05, "{name}: {}", found.relative_norm);
        }
    }
}

#[test]
fn an_edit_of_a_thousandth_is_seen_in_eight_bits() {
    for (name, source) in Matrix::several() {
        let edited = source.edited(&Matrix::low_rank(source.rows, source.columns, 8, 32), 0.001);
        let found = compare(&source, &edited, GgmlDType::Q8_0);
        assert!(found.structured, "{name}: {} against {}", found.ratio, found.limit);
        assert!((6..=8).contains(&found.rank.unwrap()), "{name}: {:?}", found.rank);
    }
}

#[test]
fn directions_that_weaken_are_counted_down_to_the_noise() {
    let Some(source) = Matrix::real(WIDE) else { return };
    let mut edit = Matrix { values: vec![0.0; source.values.len()], ..source };
    for (direction, strength) in [1.0, 0.7, 0.5, 0.35, 0.25, 0.01].into_iter().enumerate() {
        let one = Matrix::low_rank(source.rows, source.columns, 1, 40 + direction as u64);
        edit.values.iter_mut().zip(&one.values).for_each(|(sum, value)| *sum += strength * value);
    }
    let found = compare(&source, &source.edited(&edit, 0.005), GgmlDType::Q8_0);
    assert_eq!(found.rank, Some(5), "the sixth drowns");
    let plain = compare_spectra(&source.bf16().edited(&edit, 0.005).bf16(), &source.bf16(), None, &settings()).unwrap();
    assert_eq!(plain.rank, Some(5));
}

#[test]
fn training_that_moves_everything_has_directions_and_no_rank() {
    let Some(source) = Matrix::real(SQUARE) else { return };
    let mut edit = Matrix::training(source.rows, source.columns);
    let edited = source.edited(&edit, 0.05);
    let plain = compare_spectra(&edited, &source, None, &settings()).unwrap();
    assert!(plain.structured && !plain.is_low_rank() && plain.rank.is_none(), "{:?}", plain.rank);
    let quantized = compare(&source, &edited, GgmlDType::Q8_0);
    assert!(quantized.structured && !quantized.is_low_rank() && quantized.rank.is_none(), "{:?}", quantized.rank);
    // One direction that stands out from such a training is not all that was done.
    let outstanding = Matrix::low_rank(384, 384, 1, 99);
    edit.values.iter_mut().zip(&outstanding.values).for_each(|(sum, value)| *sum += 2.0 * value);
    let found = compare(&source, &source.edited(&edit, 0.05), GgmlDType::Q8_0);
    assert!(found.structured && !found.is_low_rank(), "{:?} of {:?}", found.rank, found.share_of_surplus);
}

#[test]
fn a_tensor_that_was_scaled_has_no_rank() {
    let Some(source) = Matrix::embeddings() else { return };
    let found = compare(&source, &source.map(|value| value * 1.02), GgmlDType::Q8_0);
    assert!(found.structured && !found.is_low_rank() && found.rank.is_none());
    assert!((found.gain - 1.02).abs() < 1e-3 && found.explained_by_gain > 0.8, "{}", found.explained_by_gain);
}

#[test]
fn a_few_edited_rows_are_no_matter_of_directions() {
    let Some(source) = Matrix::embeddings() else { return };
    let mut edited = source.clone();
    for row in (5..source.rows).step_by(120) {
        edited.row_mut(row).iter_mut().for_each(|value| *value *= 1.1);
    }
    let found = compare(&source, &edited, GgmlDType::Q8_0);
    assert_eq!(found.rank, None, "{} of the rows", found.difference.unwrap().row_share[0]);
}

#[test]
fn scattered_ties_are_no_directions() {
    let Some(source) = Matrix::real(WIDE) else { return };
    let reference = source.quantized(GgmlDType::Q4_0);
    let mut deployed = reference.clone();
    // As many codes as a compiler that fuses operations changes, and ten times as many.
    for every in [6661, 661] {
        for value in deployed.values.iter_mut().step_by(every) {
            *value += 0.02;
        }
        let found = compare_spectra(&deployed, &source, against(&reference, Freedom::Exact), &settings()).unwrap();
        assert!(!found.structured && found.difference.is_some(), "every {every}th code");
    }
}

#[test]
fn another_encoder_of_the_same_format_is_no_edit() {
    // llama.cpp's K-quants against candle's older search: nearly every superblock differs.
    let (Some(all), Some(path)) = (Matrix::all_real(), shared("models/gguf/minilm-q4_k_m.gguf")) else { return };
    let variant = parallax_artifact::open(&path).unwrap();
    let mut compared = 0;
    for layer in 0..6 {
        let tensor =
            variant.tensors().iter().find(|tensor| tensor.name == format!("blk.{layer}.ffn_down.weight")).unwrap();
        let name = format!("encoder.layer.{layer}.output.dense.weight");
        let source = &all.iter().find(|(other, _)| *other == name).unwrap().1;
        let format = match tensor.dtype {
            parallax_artifact::DType::Q4K => GgmlDType::Q4K,
            parallax_artifact::DType::Q6K => GgmlDType::Q6K,
            other => panic!("{} is {}", tensor.name, other.name()),
        };
        let view = TensorView { dtype: tensor.dtype, shape: &[384, 1536], bytes: variant.bytes(tensor) };
        let reference = source.quantized(format);
        let deployed = Source::plain(view);
        let found = compare_spectra(&deployed, source, against(&reference, Freedom::Approximate), &settings()).unwrap();
        assert!(!found.structured && found.rank.is_none(), "{name}: {} against {}", found.ratio, found.limit);
        assert!(found.difference.is_none(), "a free encoder's choices are not looked at");
        compared += 1;
    }
    assert_eq!(compared, 6);
}

#[test]
fn an_edit_is_seen_without_the_exact_encoder() {
    let Some(source) = Matrix::real(NARROW) else { return };
    let edited = source.edited(&Matrix::low_rank(source.rows, source.columns, 8, 33), 0.02);
    for format in [GgmlDType::Q4K, GgmlDType::Q6K] {
        let (deployed, reference) = (edited.quantized(format), source.quantized(format));
        let found =
            compare_spectra(&deployed, &source, against(&reference, Freedom::Approximate), &settings()).unwrap();
        assert!(found.structured, "{format:?}: {}", found.ratio);
        assert!((6..=8).contains(&found.rank.unwrap()), "{format:?}: {:?}", found.rank);
    }
}

#[test]
fn known_singular_values_are_found() {
    // Three orthogonal directions without noise; rows and columns are of one size, so that nothing is divided out.
    let (m, n) = (128, 64);
    let wave = |of: usize, k: usize, i: usize| (std::f64::consts::PI * (i as f64 + 0.5) * k as f64 / of as f64).cos();
    let strengths = [3.0, 2.0, 1.0];
    let mut matrix = Matrix { rows: m, columns: n, values: vec![0.0; m * n] };
    for row in 0..m {
        for column in 0..n {
            let sum: f64 = strengths
                .iter()
                .enumerate()
                .map(|(k, strength)| strength * wave(m, 2 * k + 1, row) * wave(n, 2 * k + 1, column))
                .sum();
            matrix.values[row * n + column] = sum as f32;
        }
    }
    let found = spectrum(&matrix, &settings()).unwrap();
    assert_eq!((found.rows, found.columns, found.singular_values.len()), (m, n, 64));
    let energy: f64 = found.singular_values.iter().map(|value| value * value).sum();
    assert!((energy / (m * n) as f64 - 1.0).abs() < 1e-5, "all directions hold all the energy");
    assert!(found.singular_values[3] < 1e-3 * found.singular_values[2], "{:?}", &found.singular_values[..5]);
    assert!((found.leading_norm(3) / matrix.norm() - 1.0).abs() < 1e-4);
}

#[test]
fn all_directions_of_a_small_matrix_are_exact() {
    let matrix = Matrix::normal(200, 60, 3);
    let found = spectrum(&matrix, &settings()).unwrap();
    let energy: f64 = found.singular_values.iter().map(|value| value * value).sum();
    assert_eq!(found.singular_values.len(), 60);
    assert!((energy / (200.0 * 60.0) - 1.0).abs() < 1e-5);
    assert!((found.leading_norm(0), found.beyond(1.0)) == (0.0, 0));
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let matrix = Matrix::normal(1500, 300, 4);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| spectrum(&matrix, &settings()).unwrap())
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(5));
}

#[test]
fn what_has_no_spectrum_says_so() {
    let zeros = RowsFrom::new(100, 100, |_, out: &mut [f32]| out.fill(0.0));
    assert_eq!(spectrum(&zeros, &settings()), Err(Undecided::NoResidual));
    let few = RowsFrom::new(100, 100, |row, out: &mut [f32]| out.fill(if row < 5 { 1.0 } else { 0.0 }));
    let too_small = Undecided::TooSmall { rows: 5, columns: 100, needed: 32 };
    assert_eq!(spectrum(&few, &settings()), Err(too_small));
    let mut broken = Matrix::normal(50, 50, 1);
    broken.values[7 * 50 + 3] = f32::INFINITY;
    assert_eq!(spectrum(&broken, &settings()), Err(Undecided::NotFinite { row: 7, column: 3 }));
    let (a, b) = (Matrix::normal(50, 50, 1), Matrix::normal(50, 49, 1));
    let expected = Undecided::ShapesDiffer { left: [50, 50], right: [50, 49] };
    assert_eq!(compare_spectra(&a, &b, None, &settings()).err(), Some(expected));
}

#[test]
fn a_matrix_of_lower_rank_than_the_iteration_is_decomposed_too() {
    let mut matrix = Matrix::normal(300, 200, 6);
    // Only 40 rows hold something: fewer than the directions that are carried along.
    matrix.values[40 * 200..].fill(0.0);
    let found = spectrum(&matrix, &settings()).unwrap();
    assert_eq!((found.rows, found.columns), (40, 200));
    assert!(
        found.singular_values[39] > 1.0 && found.singular_values[40] < 1e-2,
        "{:?}",
        &found.singular_values[38..42]
    );
    assert!((0.8..1.1).contains(&found.ratio()), "{}", found.ratio());
}

#[test]
fn transposed_tensors_are_read_in_blocks_as_row_by_row() {
    let Some(source) = Matrix::real(WIDE) else { return };
    let bytes: Vec<u8> = source.values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let shape = [source.rows, source.columns];
    let view = TensorView { dtype: parallax_artifact::DType::F32, shape: &shape, bytes: &bytes };
    let turned = Source { parts: vec![view], layout: Layout::Transpose };
    let mut block = vec![0.0; 5 * source.rows];
    Rows::read(&turned, 33, &mut block);
    let expected = source.transposed();
    assert_eq!(block, expected.values[33 * source.rows..38 * source.rows]);
}
