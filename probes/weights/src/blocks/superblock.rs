//! Superblocks of 256 with a scale for every 16 or 32 of them: Q2_K, Q3_K, Q4_K, Q5_K and Q6_K.

use parallax_artifact::DType;

use super::half_at;

/// Elements in a superblock.
pub(crate) const SUPERBLOCK: usize = 256;

/// A superblock taken apart: value = `scale` of its group x code - `min` of its group.
#[derive(Clone, Debug)]
pub(crate) struct Superblock {
    /// Elements in a group: 16 or 32.
    pub(crate) group: usize,
    /// The superblock's own scale, which those of its groups are whole multiples of.
    pub(crate) step: f32,
    /// The scale of each group: the superblock's scale times the group's own.
    pub(crate) scale: [f32; 16],
    /// What is taken off; 0 where the format has none.
    pub(crate) min: [f32; 16],
    /// The codes, already centred where the format centres them.
    pub(crate) codes: [i8; SUPERBLOCK],
}

impl Default for Superblock {
    fn default() -> Self {
        Superblock { group: 16, step: 0.0, scale: [0.0; 16], min: [0.0; 16], codes: [0; SUPERBLOCK] }
    }
}

impl Superblock {
    /// Takes a stored superblock apart, into the place of the one before.
    #[inline(always)]
    pub(crate) fn read(&mut self, dtype: DType, block: &[u8]) {
        match dtype {
            DType::Q2K => self.read_q2(block),
            DType::Q3K => self.read_q3(block),
            DType::Q4K => self.read_q4(block),
            DType::Q5K => self.read_q5(block),
            DType::Q6K => self.read_q6(block),
            other => panic!("{} has no superblocks", other.name()),
        }
    }

    /// The numbers that it stands for, in ggml's order of operations.
    pub(crate) fn values(&self, out: &mut [f32]) {
        let groups = out.chunks_exact_mut(self.group).zip(self.codes.chunks_exact(self.group));
        for ((values, codes), (scale, min)) in groups.zip(self.scale.iter().zip(&self.min)) {
            for (value, &code) in values.iter_mut().zip(codes) {
                // Taking off 0 changes nothing, -0 included, so that formats without a minimum need no case of their own.
                *value = scale * f32::from(code) - min;
            }
        }
    }

    #[inline(always)]
    fn read_q2(&mut self, block: &[u8]) {
        let (scales, codes) = (&block[..16], &block[16..80]);
        let (d, dmin) = (half_at(block, 80), half_at(block, 82));
        (self.group, self.step) = (16, d);
        for (group, &byte) in scales.iter().enumerate() {
            self.scale[group] = d * f32::from(byte & 0xf);
            self.min[group] = dmin * f32::from(byte >> 4);
        }
        two_bits(codes, &mut self.codes);
    }

    #[inline(always)]
    fn read_q3(&mut self, block: &[u8]) {
        let (high, codes, scales) = (&block[..32], &block[32..96], &block[96..108]);
        let d = half_at(block, 108);
        (self.group, self.step) = (16, d);
        self.min = [0.0; 16];
        for (group, scale) in self.scale.iter_mut().enumerate() {
            let low = if group < 8 { scales[group] & 0xf } else { scales[group - 8] >> 4 };
            let top = scales[8 + group % 4] >> (2 * (group / 4)) & 3;
            *scale = d * f32::from((low | top << 4) as i8 - 32);
        }
        two_bits(codes, &mut self.codes);
        for (run, codes) in self.codes.chunks_exact_mut(32).enumerate() {
            for (code, &byte) in codes.iter_mut().zip(high) {
                // A set bit stands for 4, and 4 is taken off everywhere.
                *code = code.wrapping_add(((byte >> run & 1) << 2) as i8).wrapping_sub(4);
            }
        }
    }

    #[inline(always)]
    fn read_q4(&mut self, block: &[u8]) {
        self.read_six_bit_scales(block);
        nibbles(&block[16..144], &mut self.codes);
    }

    #[inline(always)]
    fn read_q5(&mut self, block: &[u8]) {
        self.read_six_bit_scales(block);
        let (high, low) = (&block[16..48], &block[48..176]);
        nibbles(low, &mut self.codes);
        for (run, codes) in self.codes.chunks_exact_mut(32).enumerate() {
            for (code, &byte) in codes.iter_mut().zip(high) {
                *code |= ((byte >> run & 1) << 4) as i8;
            }
        }
    }

    #[inline(always)]
    fn read_q6(&mut self, block: &[u8]) {
        let (low, high, scales) = (&block[..128], &block[128..192], &block[192..208]);
        let d = half_at(block, 208);
        (self.group, self.step) = (16, d);
        self.min = [0.0; 16];
        for (scale, &byte) in self.scale.iter_mut().zip(scales) {
            *scale = d * f32::from(byte as i8);
        }
        // Within each half of 128: 32 elements a quarter; quarters 0 and 2 share low bytes, and 1 and 3.
        let halves = low.chunks_exact(64).zip(high.chunks_exact(32)).zip(self.codes.chunks_exact_mut(128));
        for ((low, high), codes) in halves {
            for (quarter, codes) in codes.chunks_exact_mut(32).enumerate() {
                let low = &low[quarter % 2 * 32..][..32];
                let (low_shift, high_shift) = (quarter / 2 * 4, quarter * 2);
                for ((code, low), high) in codes.iter_mut().zip(low).zip(high) {
                    *code = (low >> low_shift & 0xf | (high >> high_shift & 3) << 4) as i8;
                    *code = code.wrapping_sub(32);
                }
            }
        }
    }

    /// The head that Q4_K and Q5_K share: two f16, then eight pairs of 6-bit scale and minimum in twelve bytes.
    #[inline(always)]
    fn read_six_bit_scales(&mut self, block: &[u8]) {
        let (d, dmin, packed) = (half_at(block, 0), half_at(block, 2), &block[4..16]);
        (self.group, self.step) = (32, d);
        for group in 0..8 {
            let (scale, min) = if group < 4 {
                (packed[group] & 63, packed[group + 4] & 63)
            } else {
                (
                    packed[group + 4] & 0xf | packed[group - 4] >> 6 << 4,
                    packed[group + 4] >> 4 | packed[group] >> 6 << 4,
                )
            };
            self.scale[group] = d * f32::from(scale);
            self.min[group] = dmin * f32::from(min);
        }
    }
}

/// Codes of two bits: within each half of 128, byte `lane` holds one element of each of the four runs of 32.
#[inline(always)]
fn two_bits(bytes: &[u8], codes: &mut [i8; SUPERBLOCK]) {
    for (bytes, codes) in bytes.chunks_exact(32).zip(codes.chunks_exact_mut(128)) {
        for (run, codes) in codes.chunks_exact_mut(32).enumerate() {
            for (code, byte) in codes.iter_mut().zip(bytes) {
                *code = (byte >> (2 * run) & 3) as i8;
            }
        }
    }
}

/// Codes of four bits: of each 64 elements, the first 32 lie in the low halves of 32 bytes.
#[inline(always)]
fn nibbles(bytes: &[u8], codes: &mut [i8; SUPERBLOCK]) {
    for (bytes, codes) in bytes.chunks_exact(32).zip(codes.chunks_exact_mut(64)) {
        let (low, high) = codes.split_at_mut(32);
        for ((low, high), byte) in low.iter_mut().zip(high).zip(bytes) {
            *low = (byte & 0xf) as i8;
            *high = (byte >> 4) as i8;
        }
    }
}
