//! Plain types: f32, f16 and bf16, rounded to the nearest with ties to even, without branches.

/// The f16 nearest to a number: beyond 65,504 and its half step infinity, and a quiet NaN for a NaN.
#[inline(always)]
pub(crate) fn f16_bits(value: f32) -> u16 {
    let bits = value.to_bits();
    let magnitude = bits & 0x7fff_ffff;
    // The exponent loses 112 of its offset, and the mantissa its last 13 bits.
    let odd = magnitude >> 13 & 1;
    let normal = magnitude.wrapping_sub(112 << 23).wrapping_add(0xfff).wrapping_add(odd) >> 13;
    // Below 2^-14, adding 0.5 leaves the number of steps of 2^-24 in the last bits, rounded by the addition itself.
    let small = (f32::from_bits(magnitude) + 0.5).to_bits().wrapping_sub(0.5f32.to_bits());
    let beyond = if magnitude > 0x7f80_0000 { 0x7e00 | magnitude >> 13 & 0x3ff } else { 0x7c00 };
    let rounded = if magnitude < 113 << 23 { small } else { normal };
    let rounded = if magnitude >= 143 << 23 { beyond } else { rounded };
    (bits >> 16 & 0x8000 | rounded) as u16
}

/// The number that an f16 stands for; exact.
#[inline(always)]
pub(crate) fn f16_value(half: u16) -> f32 {
    /// 2^112: what the exponent's offset differs by; the product is exact, and brings subnormal numbers to their place.
    const REBASE: f32 = f32::from_bits((112 + 127) << 23);
    let half = u32::from(half);
    let scaled = (f32::from_bits((half & 0x7fff) << 13) * REBASE).to_bits();
    let quiet = if half & 0x3ff == 0 { 0 } else { 0x0040_0000 };
    let beyond = if half & 0x7c00 == 0x7c00 { 0x7f80_0000 | quiet } else { 0 };
    f32::from_bits((half & 0x8000) << 16 | scaled | beyond)
}

/// The bf16 nearest to a number, and a quiet NaN for a NaN.
#[inline(always)]
pub(crate) fn bf16_bits(value: f32) -> u16 {
    let bits = value.to_bits();
    let rounded = bits.wrapping_add(0x7fff).wrapping_add(bits >> 16 & 1) >> 16;
    let quiet = bits >> 16 | 0x40;
    (if bits & 0x7fff_ffff > 0x7f80_0000 { quiet } else { rounded }) as u16
}

/// The number that a bf16 stands for; exact.
#[inline(always)]
pub(crate) fn bf16_value(half: u16) -> f32 {
    f32::from_bits(u32::from(half) << 16)
}

pub(super) fn f32_bytes(row: &[f32], out: &mut [u8]) {
    for (value, stored) in row.iter().zip(out.chunks_exact_mut(4)) {
        stored.copy_from_slice(&value.to_le_bytes());
    }
}

#[inline(always)]
pub(super) fn f16_bytes(row: &[f32], out: &mut [u8]) {
    for (value, stored) in row.iter().zip(out.chunks_exact_mut(2)) {
        stored.copy_from_slice(&f16_bits(*value).to_le_bytes());
    }
}

#[inline(always)]
pub(super) fn bf16_bytes(row: &[f32], out: &mut [u8]) {
    for (value, stored) in row.iter().zip(out.chunks_exact_mut(2)) {
        stored.copy_from_slice(&bf16_bits(*value).to_le_bytes());
    }
}
