//! Encoding of every block format that weights are stored in, byte for byte as ggml's reference functions do it.
//!
//! Algorithms: the `quantize_row_*_ref` and `quantize_row_*_impl` functions of ggml's `ggml-quants.c` (state of
//! August 2026), without contraction of products and sums and with the same order of operations on f32.
//! What C leaves undefined there (numbers that are no numbers, or too large for an integer) ends as on x86-64.

mod affine;
pub(crate) mod float;
mod legacy;
mod pack;
mod pairs;
mod search;
mod superblock;
mod weighted;

use parallax_artifact::DType;
use pulp::{Arch, NullaryFnOnce};

pub(crate) use legacy::{inverse_of, signed_extreme};

/// Whether [`quantize`] writes the type: F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, and Q2_K to Q6_K.
pub fn is_encoded(dtype: DType) -> bool {
    dtype.is_readable()
}

/// Stores one row in a format.
///
/// `importance` holds one weight of at least 0 for each column: what llama.cpp's imatrix gives to the quantizer.
/// With it, blocks of 32 are searched with weights `importance x sqrt(mean square of the row + x²)`, superblocks of
/// Q3_K, Q4_K and Q5_K with `importance x sqrt(2 x mean square of the superblock + x²)`, of Q2_K with the same without
/// the 2, and of Q6_K with the importance itself. Q8_0 and the types without blocks take no notice of it.
///
/// # Panics
/// When the row is not of whole blocks, `out` does not hold exactly its blocks, `importance` has another length than
/// the row, or the type is none that weights are read in ([`is_encoded`]).
pub fn quantize(dtype: DType, row: &[f32], importance: Option<&[f32]>, out: &mut [u8]) {
    assert_eq!(row.len() % dtype.block_size(), 0, "a row is of whole blocks");
    assert_eq!(row.len() / dtype.block_size() * dtype.block_bytes(), out.len(), "numbers and bytes are of one length");
    if let Some(importance) = importance {
        assert_eq!(importance.len(), row.len(), "each column has its weight");
    }
    assert!(is_encoded(dtype), "weights are not written as {}", dtype.name());
    Arch::new().dispatch(Row { dtype, row, importance, out });
}

/// One row to be encoded. Everything under `call` is inlined into it, so that it is compiled once per instruction set.
struct Row<'a> {
    dtype: DType,
    row: &'a [f32],
    importance: Option<&'a [f32]>,
    out: &'a mut [u8],
}

impl NullaryFnOnce for Row<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Row { dtype, row, importance, out } = self;
        match (dtype, importance) {
            (DType::F32, _) => float::f32_bytes(row, out),
            (DType::F16, _) => float::f16_bytes(row, out),
            (DType::BF16, _) => float::bf16_bytes(row, out),
            (DType::Q8_0, _) => legacy::quantize(dtype, row, out),
            (DType::Q4_0 | DType::Q4_1 | DType::Q5_0 | DType::Q5_1, None) => legacy::quantize(dtype, row, out),
            (DType::Q4_0 | DType::Q4_1 | DType::Q5_0 | DType::Q5_1, Some(importance)) => {
                weighted::quantize(dtype, row, importance, out);
            }
            (DType::Q4K | DType::Q5K, importance) => pairs::quantize(dtype, row, importance, out),
            (_, importance) => superblock::quantize(dtype, row, importance, out),
        }
    }
}
