//! Blocks of 32 with one scale: Q4_0, Q4_1, Q5_0, Q5_1 and Q8_0.

use parallax_artifact::DType;

use super::half_at;

/// Elements in a block.
pub(crate) const BLOCK: usize = 32;

/// One block of 32: value = `scale` x code + `min`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    /// The scale; negative in Q4_0 and Q5_0 when the extreme is positive.
    pub(crate) scale: f32,
    /// What is added; 0 where the format has none.
    pub(crate) min: f32,
    /// The codes, already centred where the format centres them.
    pub(crate) codes: [i8; BLOCK],
}

impl Block {
    /// Takes a stored block apart.
    #[inline(always)]
    pub(crate) fn read(dtype: DType, block: &[u8]) -> Self {
        let scale = half_at(block, 0);
        let mut codes = [0; BLOCK];
        let word = |at: usize| u32::from_le_bytes([block[at], block[at + 1], block[at + 2], block[at + 3]]);
        let mut min = 0.0;
        match dtype {
            DType::Q4_0 => nibbles(&block[2..18], 0, 8, &mut codes),
            DType::Q4_1 => {
                min = half_at(block, 2);
                nibbles(&block[4..20], 0, 0, &mut codes);
            }
            DType::Q5_0 => nibbles(&block[6..22], word(2), 16, &mut codes),
            DType::Q5_1 => {
                min = half_at(block, 2);
                nibbles(&block[8..24], word(4), 0, &mut codes);
            }
            DType::Q8_0 => {
                for (code, &byte) in codes.iter_mut().zip(&block[2..]) {
                    *code = byte as i8;
                }
            }
            other => panic!("{} has no blocks of 32 with one scale", other.name()),
        }
        Block { scale, min, codes }
    }
}

/// Codes of four bits, the first half of the block in the low halves of 16 bytes, each with a fifth bit in `high`.
#[inline(always)]
fn nibbles(bytes: &[u8], high: u32, centre: i8, codes: &mut [i8; BLOCK]) {
    let (first, second) = codes.split_at_mut(BLOCK / 2);
    for (index, ((first, second), byte)) in first.iter_mut().zip(second).zip(bytes).enumerate() {
        let fifth = |element: usize| ((high >> element & 1) << 4) as u8;
        *first = ((byte & 0xf | fifth(index)) as i8).wrapping_sub(centre);
        *second = ((byte >> 4 | fifth(index + 16)) as i8).wrapping_sub(centre);
    }
}

pub(super) fn dequantize(dtype: DType, bytes: &[u8], out: &mut [f32]) {
    for (stored, values) in bytes.chunks_exact(dtype.block_bytes()).zip(out.chunks_exact_mut(BLOCK)) {
        let Block { scale, min, codes } = Block::read(dtype, stored);
        let shifted = matches!(dtype, DType::Q4_1 | DType::Q5_1);
        for (value, code) in values.iter_mut().zip(codes) {
            *value = f32::from(code) * scale;
            // Adding a zero would turn -0 into 0 where the format adds nothing.
            if shifted {
                *value += min;
            }
        }
    }
}
