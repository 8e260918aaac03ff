//! Block formats: what the bytes of a quantized tensor mean.
//! Layouts: ggml's `ggml-common.h`; arithmetic: the reference functions of its `ggml-quants.c`.

mod encode;
mod legacy;
mod superblock;

use half::f16;
use parallax_artifact::DType;
use pulp::Arch;

pub(crate) use encode::{float, inverse_of, signed_extreme};
pub use encode::{is_encoded, quantize};
pub(crate) use legacy::{BLOCK, Block};
pub(crate) use superblock::{SUPERBLOCK, Superblock};

/// Reads the stored bytes of whole blocks as f32, exactly as ggml's reference functions do.
///
/// # Panics
/// When `bytes` does not hold `out.len()` elements of the type, or the type is none that holds weights
/// ([`DType::is_readable`]).
pub fn dequantize(dtype: DType, bytes: &[u8], out: &mut [f32]) {
    assert_eq!(
        bytes.len() / dtype.block_bytes() * dtype.block_size(),
        out.len(),
        "bytes and numbers are of one length"
    );
    match dtype {
        DType::F32 => decode(bytes, out, f32::from_le_bytes),
        DType::F16 => {
            Arch::new().dispatch(|| decode(bytes, out, |pair| float::f16_value(u16::from_le_bytes(pair))));
        }
        DType::BF16 => decode(bytes, out, |pair| float::bf16_value(u16::from_le_bytes(pair))),
        DType::Q4_0 | DType::Q4_1 | DType::Q5_0 | DType::Q5_1 | DType::Q8_0 => legacy::dequantize(dtype, bytes, out),
        DType::Q2K | DType::Q3K | DType::Q4K | DType::Q5K | DType::Q6K => {
            let mut unpacked = Superblock::default();
            for (block, values) in bytes.chunks_exact(dtype.block_bytes()).zip(out.chunks_exact_mut(SUPERBLOCK)) {
                unpacked.read(dtype, block);
                unpacked.values(values);
            }
        }
        other => panic!("values of {} are not read as weights", other.name()),
    }
}

#[inline(always)]
fn decode<const N: usize>(bytes: &[u8], out: &mut [f32], number: impl Fn([u8; N]) -> f32) {
    for (value, stored) in out.iter_mut().zip(bytes.as_chunks::<N>().0) {
        *value = number(*stored);
    }
}

/// The f16 at a place in a block.
fn half_at(block: &[u8], at: usize) -> f32 {
    f16::from_le_bytes([block[at], block[at + 1]]).to_f32()
}
