//! Where the bits of codes and of small scales lie in a block.

use super::super::SUPERBLOCK;
use super::super::legacy::BLOCK;

/// Two codes a byte: the first half of the block in the low halves, the second in the high ones.
#[inline(always)]
pub(super) fn nibbles(codes: &[u8; BLOCK], out: &mut [u8]) {
    let (low, high) = codes.split_at(BLOCK / 2);
    for (byte, (low, high)) in out.iter_mut().zip(low.iter().zip(high)) {
        *byte = low & 0xf | high << 4;
    }
}

/// The fifth bit of each code, the first code's lowest.
#[inline(always)]
pub(super) fn fifth_bits(codes: &[u8; BLOCK]) -> u32 {
    let mut bits = 0;
    for (index, code) in codes.iter().enumerate() {
        bits |= u32::from(code >> 4 & 1) << index;
    }
    bits
}

/// Codes of two bits: of each 128 elements, a byte holds one of each run of 32.
#[inline(always)]
pub(super) fn two_bits(codes: &[u8; SUPERBLOCK], out: &mut [u8]) {
    for (codes, out) in codes.chunks_exact(128).zip(out.chunks_exact_mut(32)) {
        for (lane, byte) in out.iter_mut().enumerate() {
            let part = |run: usize| (codes[run * 32 + lane] & 3) << (2 * run);
            *byte = part(0) | part(1) | part(2) | part(3);
        }
    }
}

/// Codes of four bits: of each 64 elements, the first 32 lie in the low halves of 32 bytes.
#[inline(always)]
pub(super) fn four_bits(codes: &[u8; SUPERBLOCK], out: &mut [u8]) {
    for (codes, out) in codes.chunks_exact(64).zip(out.chunks_exact_mut(32)) {
        let (low, high) = codes.split_at(32);
        for (byte, (low, high)) in out.iter_mut().zip(low.iter().zip(high)) {
            *byte = low & 0xf | high << 4;
        }
    }
}

/// One bit of each code: byte `lane` holds that of elements `lane`, `lane + 32`, ... from its lowest bit up.
#[inline(always)]
pub(super) fn one_bit(codes: &[u8; SUPERBLOCK], shift: u32, out: &mut [u8]) {
    for (lane, byte) in out.iter_mut().enumerate() {
        *byte = 0;
        for run in 0..8 {
            *byte |= (codes[run * 32 + lane] >> shift & 1) << run;
        }
    }
}

/// Codes of six bits: of each 128 elements, the low four bits of quarters 0 and 2 share bytes, as do 1 and 3,
/// and a byte holds the high two bits of one element of each quarter.
#[inline(always)]
pub(super) fn six_bits(codes: &[u8; SUPERBLOCK], low: &mut [u8], high: &mut [u8]) {
    let halves = codes.chunks_exact(128).zip(low.chunks_exact_mut(64)).zip(high.chunks_exact_mut(32));
    for ((codes, low), high) in halves {
        for lane in 0..32 {
            let code = |quarter: usize| codes[quarter * 32 + lane];
            low[lane] = code(0) & 0xf | code(2) << 4;
            low[lane + 32] = code(1) & 0xf | code(3) << 4;
            high[lane] = code(0) >> 4 & 3 | (code(1) >> 4 & 3) << 2 | (code(2) >> 4 & 3) << 4 | (code(3) >> 4 & 3) << 6;
        }
    }
}

/// Eight scales and eight minima of six bits each, in twelve bytes (Q4_K, Q5_K).
#[inline(always)]
pub(super) fn scales_and_minima(scales: [u8; 8], minima: [u8; 8], out: &mut [u8]) {
    for group in 0..4 {
        let (scale, min) = (scales[group + 4], minima[group + 4]);
        out[group] = scales[group] | scale >> 4 << 6;
        out[group + 4] = minima[group] | min >> 4 << 6;
        out[group + 8] = scale & 0xf | (min & 0xf) << 4;
    }
}

/// Sixteen scales of six bits each, in twelve bytes (Q3_K).
#[inline(always)]
pub(super) fn six_bit_scales(scales: [u8; 16], out: &mut [u8]) {
    for group in 0..8 {
        out[group] = scales[group] & 0xf | (scales[group + 8] & 0xf) << 4;
    }
    for lane in 0..4 {
        let top = |part: usize| (scales[part * 4 + lane] >> 4 & 3) << (2 * part);
        out[lane + 8] = top(0) | top(1) | top(2) | top(3);
    }
}
