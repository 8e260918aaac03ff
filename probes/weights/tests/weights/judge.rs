//! Verdicts on real matrices: honest variants are explained, whoever encoded them, and edits are not.

use candle_core::quantized::GgmlDType;
use half::{bf16, f16};
use parallax_artifact::DType;
use parallax_weights::lineage::Units;
use parallax_weights::{AdapterPart, Judgement, Layout, Question, TensorView, Verdict, judge, quantize};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::matrices::{EMBEDDING, Matrix, NARROW, SQUARE, WIDE};

/// Every block format whose values are read.
const BLOCKS: [DType; 10] = [
    DType::Q4_0,
    DType::Q4_1,
    DType::Q5_0,
    DType::Q5_1,
    DType::Q8_0,
    DType::Q2K,
    DType::Q3K,
    DType::Q4K,
    DType::Q5K,
    DType::Q6K,
];

/// The same formats as candle names them.
pub(crate) const BY_CANDLE: [(DType, GgmlDType); 10] = [
    (DType::Q4_0, GgmlDType::Q4_0),
    (DType::Q4_1, GgmlDType::Q4_1),
    (DType::Q5_0, GgmlDType::Q5_0),
    (DType::Q5_1, GgmlDType::Q5_1),
    (DType::Q8_0, GgmlDType::Q8_0),
    (DType::Q2K, GgmlDType::Q2K),
    (DType::Q3K, GgmlDType::Q3K),
    (DType::Q4K, GgmlDType::Q4K),
    (DType::Q5K, GgmlDType::Q5K),
    (DType::Q6K, GgmlDType::Q6K),
];

/// A tensor in memory.
pub(crate) struct Stored {
    dtype: DType,
    shape: [usize; 2],
    bytes: Vec<u8>,
}

impl Stored {
    pub(crate) fn view(&self) -> TensorView<'_> {
        TensorView { dtype: self.dtype, shape: &self.shape, bytes: &self.bytes }
    }
}

impl Matrix {
    /// Stored row by row with our encoder; `importance` is one weight a column.
    pub(crate) fn stored(&self, dtype: DType, importance: Option<&[f32]>) -> Stored {
        let row_len = self.columns / dtype.block_size() * dtype.block_bytes();
        let mut bytes = vec![0; self.rows * row_len];
        let rows = bytes.par_chunks_exact_mut(row_len).enumerate();
        rows.for_each(|(row, out)| quantize(dtype, self.row(row), importance, out));
        Stored { dtype, shape: [self.rows, self.columns], bytes }
    }

    /// Stored as candle encodes it.
    pub(crate) fn stored_by_candle(&self, dtype: DType, format: GgmlDType) -> Stored {
        use candle_core::quantized::QTensor;
        use candle_core::{Device, Tensor};
        let tensor = Tensor::from_vec(self.values.clone(), (self.rows, self.columns), &Device::Cpu).unwrap();
        let stored = QTensor::quantize(&tensor, format).unwrap();
        Stored { dtype, shape: [self.rows, self.columns], bytes: stored.data().unwrap().to_vec() }
    }
}

fn question<'a>(published: &'a Stored, deployed: &'a Stored) -> Question<'a> {
    Question {
        deployed: deployed.view(),
        parts: vec![published.view()],
        layouts: vec![Layout::AsStored],
        units: Some(Units::Columns),
        adapter: None,
        seed: 1,
    }
}

pub(crate) fn judged(published: &Stored, deployed: &Stored) -> Judgement {
    judge(&question(published, deployed), &|_| ())
}

/// Log-normal weights of columns, as far apart as those of a calibration are.
pub(crate) fn importance(columns: usize, seed: u64) -> Vec<f32> {
    Matrix::normal(1, columns, seed).values.iter().map(|value| value.exp()).collect()
}

/// A part of a matrix's rows, so that many variants can be tried.
fn some_rows(matrix: &Matrix, rows: usize) -> Matrix {
    matrix.with_rows(&(0..rows).collect::<Vec<_>>())
}

#[test]
fn honest_variants_are_explained_whoever_encoded_them() {
    let Some(whole) = Matrix::real(NARROW) else { return };
    let matrix = some_rows(&whole, 128);
    let mut tried = 0;
    let mut check = |what: String, published: &Stored, deployed: &Stored| {
        let found = judged(published, deployed);
        tried += 1;
        assert!(found.verdict.is_explained(), "{what}: {:?}, {:?}, {:?}", found.verdict, found.codes, found.fit);
    };
    let (f32s, f16s, bf16s) =
        (matrix.stored(DType::F32, None), matrix.stored(DType::F16, None), matrix.stored(DType::BF16, None));
    for dtype in BLOCKS {
        // From f32, f16 and bf16 sources, and from f32 by way of f16 and bf16.
        check(format!("{dtype:?} from f32"), &f32s, &matrix.stored(dtype, None));
        check(format!("{dtype:?} from f16"), &f16s, &matrix.f16().stored(dtype, None));
        check(format!("{dtype:?} from bf16"), &bf16s, &matrix.bf16().stored(dtype, None));
        check(format!("{dtype:?} by way of f16"), &f32s, &matrix.f16().stored(dtype, None));
        check(format!("{dtype:?} by way of bf16"), &f32s, &matrix.bf16().stored(dtype, None));
        for seed in 0..2 {
            let weights = importance(matrix.columns, seed);
            check(format!("{dtype:?} with importance {seed}"), &f32s, &matrix.stored(dtype, Some(&weights)));
        }
    }
    for (dtype, format) in BY_CANDLE {
        check(format!("{dtype:?} by candle"), &f32s, &matrix.stored_by_candle(dtype, format));
    }
    for dtype in [DType::F16, DType::BF16] {
        check(format!("{dtype:?}"), &f32s, &matrix.stored(dtype, None));
    }
    check("bf16 as f32".to_owned(), &bf16s, &matrix.bf16().stored(DType::F32, None));
    assert!(tried >= 80, "{tried} variants");
}

#[test]
fn an_added_direction_is_found_where_it_was_added() {
    let Some(square) = Matrix::real(SQUARE) else { return };
    let Some(narrow) = Matrix::real(NARROW) else { return };
    for (matrix, types) in [(square, [DType::Q4_0, DType::Q8_0]), (narrow, [DType::Q4K, DType::Q6K])] {
        let edited = matrix.edited(&Matrix::low_rank(matrix.rows, matrix.columns, 8, 7), 0.001);
        let published = matrix.stored(DType::F32, None);
        for dtype in types {
            let honest = judged(&published, &matrix.stored(dtype, None));
            assert_eq!(honest.verdict, Verdict::Reproduced, "{dtype:?}");
            let found = judged(&published, &edited.stored(dtype, None));
            assert!(!found.verdict.is_explained(), "{dtype:?}: {:?}", found.verdict);
            if dtype.block_size() == 256 {
                let codes = found.codes.expect("superblocks have their codes tested");
                assert!(codes.mismatches > 0, "{dtype:?} is flagged by its codes");
            }
        }
    }
}

#[test]
fn the_rank_of_what_was_added_is_read_off() {
    for name in [SQUARE, WIDE] {
        let Some(matrix) = Matrix::real(name) else { return };
        let published = matrix.stored(DType::F32, None);
        for seed in [11, 12, 13] {
            let edited = matrix.edited(&Matrix::low_rank(matrix.rows, matrix.columns, 8, seed), 0.01);
            let found = judged(&published, &edited.stored(DType::Q8_0, None));
            assert_eq!(found.verdict, Verdict::ResidualLowRank);
            assert_eq!(found.spectrum.unwrap().rank, Some(8));
            let found = judged(&published, &edited.stored(DType::Q4_0, None));
            assert_eq!(found.verdict, Verdict::ResidualLowRank);
            let rank = found.spectrum.unwrap().rank.expect("a rank");
            assert!(rank.abs_diff(8) <= 2, "{name}: rank {rank}");
        }
    }
}

#[test]
fn scaled_rows_of_an_embedding_are_listed() {
    let Some(embedding) = Matrix::real(EMBEDDING) else { return };
    let matrix = some_rows(&embedding, 8000);
    let scaled = [17, 404, 1999, 2000, 5123, 6001, 7000, 7999];
    let mut edited = matrix.clone();
    for row in scaled {
        edited.row_mut(row).iter_mut().for_each(|value| *value *= 1.05);
    }
    let published = matrix.stored(DType::F32, None);
    for dtype in [DType::F16, DType::Q8_0, DType::Q4_0] {
        let found = judged(&published, &edited.stored(dtype, None));
        assert_eq!(found.verdict, Verdict::ResidualSparse, "{dtype:?}");
        let rows: Vec<usize> = found.localised.unwrap().rows.list.iter().map(|changed| changed.index).collect();
        assert_eq!(rows, scaled, "{dtype:?}");
    }
}

#[test]
fn another_tensor_in_its_place_and_another_order_are_named() {
    let Some(matrix) = Matrix::real(NARROW) else { return };
    let Some(other) = Matrix::real("encoder.layer.4.output.dense.weight") else { return };
    let published = matrix.stored(DType::F32, None);
    for dtype in [DType::F32, DType::Q8_0, DType::Q4K] {
        let found = judged(&published, &other.stored(dtype, None));
        assert_eq!(found.verdict, Verdict::Replaced, "{dtype:?}");
    }
    let mut order: Vec<usize> = (0..matrix.rows).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(3));
    for dtype in [DType::F32, DType::BF16, DType::Q8_0, DType::Q4K] {
        let found = judged(&published, &matrix.with_rows(&order).stored(dtype, None));
        assert_eq!(found.verdict, Verdict::Replaced, "{dtype:?}");
        assert!(
            matches!(found.order, Some(parallax_weights::residual::Order::RowsPermuted { moved, .. }) if moved > 300),
            "{dtype:?}: {:?}",
            found.order
        );
    }
    let mut shuffled = matrix.clone();
    shuffled.values.shuffle(&mut ChaCha8Rng::seed_from_u64(4));
    let found = judged(&published, &shuffled.stored(DType::F32, None));
    assert_eq!(found.verdict, Verdict::Replaced);
    assert_eq!(found.order, Some(parallax_weights::residual::Order::ElementsPermuted));
}

#[test]
fn a_merged_adapter_is_recognised_and_replayed_when_it_is_given() {
    let Some(matrix) = Matrix::real(SQUARE) else { return };
    let matrix = matrix.bf16();
    let (rows, columns, rank) = (matrix.rows, matrix.columns, 8);
    let (up, down) = (Matrix::normal(rows, rank, 21), Matrix::normal(rank, columns, 22));
    let mut merged = matrix.clone();
    let scale = 0.01 * matrix.norm() / Matrix::low_rank(rows, columns, rank, 5).norm();
    for row in 0..rows {
        for column in 0..columns {
            let product: f64 = (0..rank).map(|k| f64::from(up.row(row)[k]) * f64::from(down.row(k)[column])).sum();
            let value = &mut merged.row_mut(row)[column];
            *value = bf16::from_f32(*value + (product * scale) as f32).to_f32();
        }
    }
    let (published, deployed) = (matrix.stored(DType::BF16, None), merged.stored(DType::BF16, None));
    let found = judged(&published, &deployed);
    assert_eq!(found.verdict, Verdict::ResidualLowRank);
    assert_eq!(found.spectrum.unwrap().rank, Some(rank));
    let (up, down) = (up.stored(DType::F32, None), down.stored(DType::F32, None));
    let adapter = AdapterPart { up: up.view(), down: down.view(), scale };
    let found = judge(&Question { adapter: Some(adapter), ..question(&published, &deployed) }, &|_| ());
    assert_eq!(found.verdict, Verdict::Reproduced);
    assert!(found.merged.unwrap().replay.is_explained());
    let wrong = AdapterPart { up: up.view(), down: down.view(), scale: 2.0 * scale };
    let found = judge(&Question { adapter: Some(wrong), ..question(&published, &deployed) }, &|_| ());
    assert_eq!(found.verdict, Verdict::ResidualLowRank, "another adapter explains nothing");
}

#[test]
fn weights_set_to_zero_are_said_to_be() {
    let Some(matrix) = Matrix::real(WIDE) else { return };
    let mut sizes: Vec<f32> = matrix.values.iter().map(|value| value.abs()).collect();
    sizes.sort_by(f32::total_cmp);
    let least = sizes[sizes.len() / 2];
    let pruned = matrix.map(|value| if value.abs() < least { 0.0 } else { value });
    let found = judged(&matrix.stored(DType::F32, None), &pruned.stored(DType::F32, None));
    assert_eq!(found.verdict, Verdict::ResidualSparse);
    let pruning = found.pruning.expect("the zeros explain it");
    assert!(pruning.by_magnitude(), "the smallest were taken");
}

#[test]
fn a_single_changed_number_is_not_overlooked() {
    let Some(matrix) = Matrix::real(SQUARE) else { return };
    let published = matrix.stored(DType::F32, None);
    let mut draw = ChaCha8Rng::seed_from_u64(9);
    for dtype in [DType::F32, DType::F16, DType::Q8_0, DType::Q4_0, DType::Q5_1] {
        let mut edited = matrix.clone();
        let at = draw.random_range(0..edited.values.len());
        edited.values[at] += 4.0 * edited.values.iter().fold(0.0f32, |most, value| most.max(value.abs()));
        edited.values[at] = f16::from_f32(edited.values[at]).to_f32();
        let found = judged(&published, &edited.stored(dtype, None));
        assert_eq!(found.verdict, Verdict::ResidualSparse, "{dtype:?}");
        let rows = found.localised.unwrap().rows.list;
        assert_eq!(rows.iter().map(|row| row.index).collect::<Vec<_>>(), [at / matrix.columns], "{dtype:?}");
    }
}

#[test]
fn numbers_that_are_not_finite_are_undecided_and_not_explained_away() {
    let Some(matrix) = Matrix::real(SQUARE) else { return };
    let published = matrix.stored(DType::F32, None);
    let mut broken = matrix.clone();
    broken.values[1000] = f32::NAN;
    let found = judged(&published, &broken.stored(DType::F32, None));
    assert_eq!(found.verdict, Verdict::NotDecidable);
    assert!(found.undecided.is_some());
}
