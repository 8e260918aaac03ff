//! Superblocks of 256 in groups of 16: Q2_K, Q3_K and Q6_K, with and without importance.
//!
//! First every group is searched by itself; then the groups' scales (and minima) are stored with few bits under one f16,
//! and the codes are rounded once more under the scales that were stored.

use parallax_artifact::DType;

use super::super::SUPERBLOCK;
use super::affine::{self, Trials};
use super::float::{f16_bits, f16_value};
use super::pack;
use super::search::{self, Lanes, NOTHING, nearest};

/// What a superblock is made from: its numbers and, if given, the importance of their columns.
type Numbers<'a> = (&'a [f32; SUPERBLOCK], Option<&'a [f32; SUPERBLOCK]>);

/// The superblocks of a row, and where they go.
#[inline(always)]
fn blocks<'a, const BYTES: usize>(
    row: &'a [f32],
    importance: Option<&'a [f32]>,
    out: &'a mut [u8],
) -> impl Iterator<Item = (Numbers<'a>, &'a mut [u8; BYTES])> {
    let importance = importance.map(|importance| importance.as_chunks::<SUPERBLOCK>().0);
    let numbers = row.as_chunks::<SUPERBLOCK>().0.iter().enumerate();
    let numbers = numbers.map(move |(index, numbers)| (numbers, importance.map(|importance| &importance[index])));
    numbers.zip(out.as_chunks_mut::<BYTES>().0)
}

/// Encodes a row of superblocks.
#[inline(always)]
pub(super) fn quantize(dtype: DType, row: &[f32], importance: Option<&[f32]>, out: &mut [u8]) {
    match dtype {
        DType::Q2K => {
            for (numbers, block) in blocks(row, importance, out) {
                q2(numbers, block);
            }
        }
        DType::Q3K => {
            for (numbers, block) in blocks(row, importance, out) {
                q3(numbers, block);
            }
        }
        _ => {
            for (numbers, block) in blocks(row, importance, out) {
                q6(numbers, block);
            }
        }
    }
}

/// Groups that follow one another, laid side by side; lanes without a group stay 0.
#[inline(always)]
pub(super) fn lanes<const W: usize, const N: usize>(numbers: &[f32]) -> Lanes<f32, W, N> {
    let mut lanes = [[0.0; W]; N];
    for (g, numbers) in numbers.as_chunks::<N>().0.iter().enumerate() {
        for (lane, value) in lanes.iter_mut().zip(numbers) {
            lane[g] = *value;
        }
    }
    lanes
}

/// The codes of groups from `first` on in the order of their numbers.
#[inline(always)]
pub(super) fn in_order<const W: usize, const N: usize>(codes: &Lanes<i32, W, N>, first: usize) -> [u8; SUPERBLOCK] {
    let mut ordered = [0; SUPERBLOCK];
    for (g, ordered) in ordered.as_chunks_mut::<N>().0.iter_mut().enumerate() {
        for (code, lane) in ordered.iter_mut().zip(codes) {
            *code = lane[first + g] as u8;
        }
    }
    ordered
}

/// `f` of each number and its importance.
#[inline(always)]
fn weighted<const W: usize, const N: usize>(
    x: &Lanes<f32, W, N>,
    importance: &[f32; SUPERBLOCK],
    f: impl Fn(f32, f32) -> f32,
) -> Lanes<f32, W, N> {
    let mut weights = lanes::<W, N>(importance);
    for (x, weights) in x.iter().zip(&mut weights) {
        for g in 0..W {
            weights[g] = f(x[g], weights[g]);
        }
    }
    weights
}

/// Sum of the weights of each group.
#[inline(always)]
pub(super) fn sums<const W: usize, const N: usize>(weights: &Lanes<f32, W, N>) -> [f32; W] {
    let mut sums = [0.0; W];
    for weights in weights {
        for g in 0..W {
            sums[g] += weights[g];
        }
    }
    sums
}

/// The codes under the stored scales and minima: (x + min) / scale to the nearest, held to `low..=high`, and moved by
/// `offset`. Groups with a scale of 0 keep the codes of their search.
#[inline(always)]
pub(super) fn codes_under<const W: usize, const N: usize>(
    x: &Lanes<f32, W, N>,
    scale: &[f32; W],
    min: &[f32; W],
    (low, high, offset): (i32, i32, i32),
    codes: &mut Lanes<i32, W, N>,
) {
    for (x, codes) in x.iter().zip(codes) {
        for g in 0..W {
            let code = nearest((x[g] + min[g]) / scale[g]).min(high).max(low) + offset;
            codes[g] = if scale[g] != 0.0 { code } else { codes[g] };
        }
    }
}

#[inline(always)]
pub(super) fn write_half(block: &mut [u8], at: usize, value: f32) -> f32 {
    let bits = f16_bits(value);
    block[at..at + 2].copy_from_slice(&bits.to_le_bytes());
    f16_value(bits)
}

/// The greatest of numbers, and at least 0.
#[inline(always)]
pub(super) fn greatest(values: &[f32]) -> f32 {
    values.iter().fold(0.0, |greatest, &value| if value > greatest { value } else { greatest })
}

/// The scale of the greatest magnitude, with its sign, and that magnitude.
#[inline(always)]
fn greatest_signed<const W: usize>(scales: &[f32; W]) -> (f32, f32) {
    let (mut scale, mut magnitude) = (0.0, 0.0);
    for &candidate in scales {
        if candidate.abs() > magnitude {
            (scale, magnitude) = (candidate, candidate.abs());
        }
    }
    (scale, magnitude)
}

#[inline(always)]
fn q2((numbers, importance): Numbers<'_>, block: &mut [u8; 84]) {
    let x = lanes::<16, 16>(numbers);
    let mut codes = [[0; 16]; 16];
    let (d, dmin);
    match importance {
        None => {
            let weights = x.map(|x| x.map(f32::abs));
            let trials = Trials { top: 3, first: -0.5, step: 0.1, last: 15, absolute: true, held: false };
            let (scales, minima) = affine::affine(&x, &weights, trials, &mut codes);
            let (scale, min) = (greatest(&scales), greatest(&minima));
            let small = |values: [f32; 16], greatest: f32| {
                let inverse = 15.0 / greatest;
                values.map(|value| if greatest > 0.0 { nearest(inverse * value) as u8 } else { 0 })
            };
            let (scales, minima) = (small(scales, scale), small(minima, min));
            for g in 0..16 {
                block[g] = scales[g] | minima[g] << 4;
            }
            d = write_half(block, 80, if scale > 0.0 { scale / 15.0 } else { 0.0 });
            dmin = write_half(block, 82, if min > 0.0 { min / 15.0 } else { 0.0 });
        }
        Some(importance) => {
            let mean_square = search::sum_of_squares(numbers) / SUPERBLOCK as f32;
            let weights = weighted(&x, importance, |x, w| w * (mean_square + x * x).sqrt());
            let trials = Trials { top: 3, first: -0.9, step: 0.05, last: 36, absolute: false, held: true };
            let (scales, minima) = affine::affine(&x, &weights, trials, &mut codes);
            let (sums, mut small, mut small_min) = (sums(&weights), [0; 16], [0; 16]);
            d = write_half(block, 80, search::positive(&scales, &sums, 15, &mut small));
            dmin = write_half(block, 82, search::positive(&minima, &sums, 15, &mut small_min));
            for g in 0..16 {
                block[g] = small[g] | small_min[g] << 4;
            }
        }
    }
    let (mut scale, mut min) = ([0.0; 16], [0.0; 16]);
    for g in 0..16 {
        scale[g] = d * f32::from(block[g] & 0xf);
        min[g] = dmin * f32::from(block[g] >> 4);
    }
    codes_under(&x, &scale, &min, (0, 3, 0), &mut codes);
    pack::two_bits(&in_order(&codes, 0), &mut block[16..80]);
}

#[inline(always)]
fn q3((numbers, importance): Numbers<'_>, block: &mut [u8; 110]) {
    let x = lanes::<16, 16>(numbers);
    let mut codes = [[0; 16]; 16];
    let (d, small) = match importance {
        None => {
            let scales = search::stepwise(&x, 4, &mut codes);
            let (greatest, _) = greatest_signed(&scales);
            let inverse = -32.0 / greatest;
            let small = |scale: f32| (nearest(inverse * scale) as i8).clamp(-32, 31) + 32;
            if greatest == 0.0 { (0.0, [0; 16]) } else { (1.0 / inverse, scales.map(|scale| small(scale) as u8)) }
        }
        Some(importance) => {
            let mean_square = 2.0 * search::sum_of_squares(numbers) / SUPERBLOCK as f32;
            let weights = weighted(&x, importance, |x, w| w * (mean_square + x * x).sqrt());
            let scales = search::symmetric(&x, &weights, 4, &mut codes);
            let mut small = [[0]; 16];
            let [d] = search::symmetric(&scales.map(|s| [s]), &sums(&weights).map(|s| [s]), 32, &mut small);
            (d, small.map(|[small]| small as u8))
        }
    };
    let d = write_half(block, 108, d);
    pack::six_bit_scales(small, &mut block[96..108]);
    let scale = small.map(|small| d * f32::from(small as i8 - 32));
    codes_under(&x, &scale, &[0.0; 16], (-4, 3, 4), &mut codes);
    let codes = in_order(&codes, 0);
    pack::one_bit(&codes, 2, &mut block[..32]);
    pack::two_bits(&codes, &mut block[32..96]);
}

#[inline(always)]
fn q6((numbers, importance): Numbers<'_>, block: &mut [u8; 210]) {
    let x = lanes::<16, 16>(numbers);
    let weights = match importance {
        None => x.map(|x| x.map(|x| x * x)),
        Some(importance) => lanes::<16, 16>(importance),
    };
    let mut codes = [[0; 16]; 16];
    let scales = search::symmetric(&x, &weights, 32, &mut codes);
    let (greatest, magnitude) = greatest_signed(&scales);
    if magnitude < NOTHING {
        block.fill(0);
        return;
    }
    let inverse = -128.0 / greatest;
    let d = write_half(block, 208, 1.0 / inverse);
    let small = scales.map(|scale| nearest(inverse * scale).min(127) as i8);
    for (byte, small) in block[192..208].iter_mut().zip(small) {
        *byte = small as u8;
    }
    let scale = small.map(|small| d * f32::from(small));
    codes_under(&x, &scale, &[0.0; 16], (-32, 31, 32), &mut codes);
    let (low, rest) = block.split_at_mut(128);
    pack::six_bits(&in_order(&codes, 0), low, &mut rest[..64]);
}
