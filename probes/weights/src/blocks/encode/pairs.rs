//! Superblocks of 256 in groups of 32: Q4_K and Q5_K, with and without importance; two superblocks side by side.

use parallax_artifact::DType;

use super::super::SUPERBLOCK;
use super::affine::{self, Trials};
use super::pack;
use super::search::{self, Lanes, nearest};
use super::superblock::{codes_under, greatest, in_order, lanes, sums, write_half};

/// Groups in a superblock.
const GROUPS: usize = 8;
/// Groups that are searched side by side: those of two superblocks.
const LANES: usize = 2 * GROUPS;
/// Elements in a group.
const GROUP: usize = 32;

/// What is stored for the scales or the minima of a superblock: an f16, as f32 again, and a number of six bits a group.
type Stored = (f32, [u8; GROUPS]);

/// Encodes a row of superblocks.
#[inline(always)]
pub(super) fn quantize(dtype: DType, row: &[f32], importance: Option<&[f32]>, out: &mut [u8]) {
    let trials = match dtype {
        DType::Q4K => Trials { top: 15, first: -1.0, step: 0.1, last: 20, absolute: false, held: false },
        _ => Trials { top: 31, first: -0.5, step: 0.1, last: 15, absolute: false, held: false },
    };
    let pairs = row.chunks(2 * SUPERBLOCK).zip(out.chunks_mut(2 * dtype.block_bytes())).enumerate();
    for (index, (numbers, blocks)) in pairs {
        let at = index * 2 * SUPERBLOCK;
        let importance = importance.map(|importance| &importance[at..at + numbers.len()]);
        pair(trials, numbers, importance, blocks);
    }
}

/// Encodes one or two superblocks; lanes of a second one that is missing hold zeros, and nobody reads them.
#[inline(always)]
fn pair(trials: Trials, numbers: &[f32], importance: Option<&[f32]>, out: &mut [u8]) {
    let x: Lanes<f32, LANES, GROUP> = lanes(numbers);
    let mut codes = [[0; LANES]; GROUP];
    let mut weights = x;
    let trials = match importance {
        None => {
            weigh(&x, &mut weights);
            trials
        }
        Some(importance) => {
            weights = lanes(importance);
            weigh_by_importance(numbers, &x, &mut weights);
            Trials { first: -0.9, step: 0.05, last: 36, held: true, ..trials }
        }
    };
    let (scales, minima) = affine::affine(&x, &weights, trials, &mut codes);
    let sums = sums(&weights);
    let (mut scale, mut min) = ([0.0; LANES], [0.0; LANES]);
    let bytes = if trials.top == 15 { 144 } else { 176 };
    for (index, block) in out.chunks_exact_mut(bytes).enumerate() {
        let groups = index * GROUPS..(index + 1) * GROUPS;
        let sums = importance.map(|_| &sums[groups.clone()]);
        let (d, small) = few_bits(&scales[groups.clone()], sums, &mut block[0..2]);
        let (dmin, small_min) = few_bits(&minima[groups.clone()], sums, &mut block[2..4]);
        pack::scales_and_minima(small, small_min, &mut block[4..16]);
        for g in 0..GROUPS {
            scale[groups.start + g] = d * f32::from(small[g]);
            min[groups.start + g] = dmin * f32::from(small_min[g]);
        }
    }
    codes_under(&x, &scale, &min, (0, trials.top, 0), &mut codes);
    for (index, block) in out.chunks_exact_mut(bytes).enumerate() {
        let codes = in_order(&codes, index * GROUPS);
        if trials.top == 15 {
            pack::four_bits(&codes, &mut block[16..]);
        } else {
            pack::one_bit(&codes, 4, &mut block[16..48]);
            pack::four_bits(&codes, &mut block[48..]);
        }
    }
}

/// Without importance: the root of the group's mean square, and the magnitude.
#[inline(always)]
fn weigh(x: &Lanes<f32, LANES, GROUP>, weights: &mut Lanes<f32, LANES, GROUP>) {
    let mut spread = [0.0f32; LANES];
    for x in x {
        for g in 0..LANES {
            spread[g] += x[g] * x[g];
        }
    }
    for spread in &mut spread {
        *spread = (*spread / GROUP as f32).sqrt();
    }
    for (x, weights) in x.iter().zip(weights) {
        for g in 0..LANES {
            weights[g] = spread[g] + x[g].abs();
        }
    }
}

/// Importance x sqrt(2 x mean square of the superblock + x²), in the place of the importance.
#[inline(always)]
fn weigh_by_importance(numbers: &[f32], x: &Lanes<f32, LANES, GROUP>, weights: &mut Lanes<f32, LANES, GROUP>) {
    let mut spread = [0.0f32; LANES];
    for (spread, numbers) in spread.chunks_exact_mut(GROUPS).zip(numbers.chunks_exact(SUPERBLOCK)) {
        spread.fill(2.0 * search::sum_of_squares(numbers) / SUPERBLOCK as f32);
    }
    for (x, weights) in x.iter().zip(weights) {
        for g in 0..LANES {
            weights[g] *= (spread[g] + x[g] * x[g]).sqrt();
        }
    }
}

/// Stores the scales or minima of a superblock. With importance, `sums` are the weights of its groups.
fn few_bits(values: &[f32], sums: Option<&[f32]>, half: &mut [u8]) -> Stored {
    let mut few = [0; GROUPS];
    let stored = match sums {
        None => {
            let greatest = greatest(values);
            let inverse = if greatest > 0.0 { 63.0 / greatest } else { 0.0 };
            for (few, value) in few.iter_mut().zip(values) {
                *few = nearest(inverse * value) as u8;
            }
            write_half(half, 0, greatest / 63.0)
        }
        Some(sums) => write_half(half, 0, search::positive(values, sums, 63, &mut few)),
    };
    (stored, few.map(|few| few.min(63)))
}
