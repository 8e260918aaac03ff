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
    pub(crate) fn read(dtype: DType, block: &[u8]) -> Self {
        let scale = half_at(block, 0);
        let mut codes = [0; BLOCK];
        let mut nibbles = |bytes: &[u8], high: u32, centre: i8| {
            for (index, &byte) in bytes.iter().enumerate() {
                let fifth = |element: usize| ((high >> element & 1) << 4) as u8;
                codes[index] = (byte & 0xf | fifth(index)) as i8 - centre;
                codes[index + 16] = (byte >> 4 | fifth(index + 16)) as i8 - centre;
            }
        };
        let word = |at: usize| u32::from_le_bytes([block[at], block[at + 1], block[at + 2], block[at + 3]]);
        let mut min = 0.0;
        match dtype {
            DType::Q4_0 => nibbles(&block[2..], 0, 8),
            DType::Q4_1 => {
                min = half_at(block, 2);
                nibbles(&block[4..], 0, 0);
            }
            DType::Q5_0 => nibbles(&block[6..], word(2), 16),
            DType::Q5_1 => {
                min = half_at(block, 2);
                nibbles(&block[8..], word(4), 0);
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
