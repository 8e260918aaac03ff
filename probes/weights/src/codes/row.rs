//! One row of a quantized tensor taken apart: codes, and what each of their groups says they stand for.

use parallax_artifact::DType;

use crate::blocks::{BLOCK, Block, SUPERBLOCK, Superblock};

/// The codes of a row with the scale and offset of each group: value = scale x code - offset.
#[derive(Clone, Debug)]
pub(crate) struct CodeRow {
    dtype: DType,
    /// Elements in a group: 16 or 32.
    pub(crate) group: usize,
    /// All codes, centred where the format centres them.
    pub(crate) codes: Vec<i8>,
    /// Scale of each group.
    pub(crate) scale: Vec<f32>,
    /// What is taken off in each group.
    pub(crate) offset: Vec<f32>,
    /// The smallest scale that a group could have but 0: the superblock's scale; the scale itself in blocks of 32.
    pub(crate) step: Vec<f32>,
    unpacked: Superblock,
}

/// The smallest and largest code of a block type, centred where the format centres them; `None` for plain types.
///
/// The ranges are those that ggml's encoders clamp to (`ggml-quants.c`); Q8_0 never reaches -128.
pub(crate) fn code_range(dtype: DType) -> Option<(i8, i8)> {
    Some(match dtype {
        DType::Q2K => (0, 3),
        DType::Q3K => (-4, 3),
        DType::Q4K | DType::Q4_1 => (0, 15),
        DType::Q5K | DType::Q5_1 => (0, 31),
        DType::Q6K => (-32, 31),
        DType::Q4_0 => (-8, 7),
        DType::Q5_0 => (-16, 15),
        DType::Q8_0 => (-127, 127),
        _ => return None,
    })
}

/// The largest whole multiple of a superblock's scale that a group's scale can be; 1 for blocks of 32.
pub(crate) fn largest_multiple(dtype: DType) -> f32 {
    match dtype {
        DType::Q2K => 15.0,
        DType::Q3K => 32.0,
        DType::Q4K | DType::Q5K => 63.0,
        DType::Q6K => 128.0,
        _ => 1.0,
    }
}

/// Whether the codes of a type were computed with the scales that are stored beside them.
pub(crate) fn has_superblocks(dtype: DType) -> bool {
    dtype.block_size() == SUPERBLOCK
}

/// Whether blocks have an offset beside the scale.
pub(crate) fn has_offset(dtype: DType) -> bool {
    matches!(dtype, DType::Q4_1 | DType::Q5_1 | DType::Q2K | DType::Q4K | DType::Q5K)
}

impl CodeRow {
    /// Room for a row of `columns` elements of a block type.
    pub(crate) fn new(dtype: DType, columns: usize) -> Self {
        let group = match dtype {
            DType::Q2K | DType::Q3K | DType::Q6K => 16,
            _ => BLOCK,
        };
        let per_group = vec![0.0; columns / group];
        CodeRow {
            dtype,
            group,
            codes: vec![0; columns],
            scale: per_group.clone(),
            offset: per_group.clone(),
            step: per_group,
            unpacked: Superblock::default(),
        }
    }

    /// Takes a stored row apart, into the place of the one before.
    #[inline(always)]
    pub(crate) fn read(&mut self, row: &[u8]) {
        let blocks = row.chunks_exact(self.dtype.block_bytes());
        if !has_superblocks(self.dtype) {
            for ((index, block), codes) in blocks.enumerate().zip(self.codes.chunks_exact_mut(BLOCK)) {
                let block = Block::read(self.dtype, block);
                codes.copy_from_slice(&block.codes);
                self.scale[index] = block.scale;
                self.offset[index] = -block.min;
                self.step[index] = block.scale;
            }
            return;
        }
        let groups = SUPERBLOCK / self.group;
        for ((index, block), codes) in blocks.enumerate().zip(self.codes.chunks_exact_mut(SUPERBLOCK)) {
            self.unpacked.read(self.dtype, block);
            codes.copy_from_slice(&self.unpacked.codes);
            let range = index * groups..(index + 1) * groups;
            self.scale[range.clone()].copy_from_slice(&self.unpacked.scale[..groups]);
            self.offset[range.clone()].copy_from_slice(&self.unpacked.min[..groups]);
            self.step[range].fill(self.unpacked.step);
        }
    }
}
