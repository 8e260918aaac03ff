//! Blocks of 32 with importance: Q4_0, Q4_1, Q5_0 and Q5_1.
//! Weights: importance x sqrt(mean square of the row + x²) (ggml's `quantize_row_q4_0_impl` and its sisters).

use parallax_artifact::DType;

use super::super::legacy::BLOCK;
use super::affine::{self, Trials};
use super::search::{self, Lanes};
use super::{float, pack};

/// Blocks that are searched side by side.
const SIDE_BY_SIDE: usize = 16;

#[inline(always)]
pub(super) fn quantize(dtype: DType, row: &[f32], importance: &[f32], out: &mut [u8]) {
    let mean_square = search::sum_of_squares(row) / row.len() as f32;
    let bytes = dtype.block_bytes();
    let numbers = row.chunks(BLOCK * SIDE_BY_SIDE).zip(importance.chunks(BLOCK * SIDE_BY_SIDE));
    for ((row, importance), out) in numbers.zip(out.chunks_mut(bytes * SIDE_BY_SIDE)) {
        // What is missing in the last run stays 0; its codes are not written.
        let mut x: Lanes<f32, SIDE_BY_SIDE, BLOCK> = [[0.0; SIDE_BY_SIDE]; BLOCK];
        let mut weights = x;
        let blocks = row.chunks_exact(BLOCK).zip(importance.chunks_exact(BLOCK));
        for (g, (row, importance)) in blocks.enumerate() {
            for (i, (value, importance)) in row.iter().zip(importance).enumerate() {
                x[i][g] = *value;
                weights[i][g] = importance * (mean_square + value * value).sqrt();
            }
        }
        let mut lanes = [[0; SIDE_BY_SIDE]; BLOCK];
        let (scales, minima) = match dtype {
            DType::Q4_0 => (search::symmetric(&x, &weights, 8, &mut lanes), None),
            DType::Q5_0 => (search::symmetric(&x, &weights, 16, &mut lanes), None),
            _ => {
                let top = if dtype == DType::Q4_1 { 15 } else { 31 };
                let trials = Trials { top, first: -0.9, step: 0.05, last: 36, absolute: false, held: true };
                let (scales, taken_off) = affine::affine(&x, &weights, trials, &mut lanes);
                (scales, Some(taken_off.map(|taken_off| -taken_off)))
            }
        };
        for (g, block) in out.chunks_exact_mut(bytes).enumerate() {
            let mut codes = [0; BLOCK];
            for (code, lanes) in codes.iter_mut().zip(&lanes) {
                *code = lanes[g] as u8;
            }
            write(dtype, block, scales[g], minima.map(|minima| minima[g]), &codes);
        }
    }
}

fn write(dtype: DType, block: &mut [u8], scale: f32, min: Option<f32>, codes: &[u8; BLOCK]) {
    block[..2].copy_from_slice(&float::f16_bits(scale).to_le_bytes());
    let mut at = 2;
    if let Some(min) = min {
        block[2..4].copy_from_slice(&float::f16_bits(min).to_le_bytes());
        at = 4;
    }
    if matches!(dtype, DType::Q5_0 | DType::Q5_1) {
        block[at..at + 4].copy_from_slice(&pack::fifth_bits(codes).to_le_bytes());
        at += 4;
    }
    pack::nibbles(codes, &mut block[at..]);
}
