//! Stored bytes to f32 and back through a storage type; which tensors are read is not decided here.

use candle_core::quantized::{GgmlDType, QTensor, ggml_file::qtensor_from_ggml};
use candle_core::{Device, Tensor};
use half::{bf16, f16};
use parallax_artifact::DType;

use crate::Error;

/// candle's name for a block type; `None` for types that are not stored in blocks.
fn block_type(dtype: DType) -> Option<GgmlDType> {
    match dtype {
        DType::Q4_0 => Some(GgmlDType::Q4_0),
        DType::Q4_1 => Some(GgmlDType::Q4_1),
        DType::Q5_0 => Some(GgmlDType::Q5_0),
        DType::Q5_1 => Some(GgmlDType::Q5_1),
        DType::Q8_0 => Some(GgmlDType::Q8_0),
        DType::Q2K => Some(GgmlDType::Q2K),
        DType::Q3K => Some(GgmlDType::Q3K),
        DType::Q4K => Some(GgmlDType::Q4K),
        DType::Q5K => Some(GgmlDType::Q5K),
        DType::Q6K => Some(GgmlDType::Q6K),
        _ => None,
    }
}

/// The f32 values of a tensor of `shape` that is stored as `dtype` in `bytes`.
pub(crate) fn decode(name: &str, dtype: DType, shape: &[usize], bytes: &[u8]) -> Result<Vec<f32>, Error> {
    let n: usize = shape.iter().product();
    let of_length = |expected: usize| {
        if bytes.len() == expected {
            Ok(())
        } else {
            Err(Error::Length { name: name.to_owned(), expected, got: bytes.len() })
        }
    };
    match dtype {
        DType::F32 => {
            of_length(n * 4)?;
            Ok(bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
        }
        DType::F16 => {
            of_length(n * 2)?;
            Ok(bytes.chunks_exact(2).map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32()).collect())
        }
        DType::BF16 => {
            of_length(n * 2)?;
            Ok(bytes.chunks_exact(2).map(|b| bf16::from_le_bytes([b[0], b[1]]).to_f32()).collect())
        }
        _ => {
            let Some(block) = block_type(dtype) else {
                return Err(Error::UnsupportedType { name: name.to_owned(), dtype: dtype.name() });
            };
            of_length(n.div_ceil(block.block_size()) * block.type_size())?;
            let quantized = with_aligned(bytes, |bytes| qtensor_from_ggml(block, bytes, shape.to_vec(), &Device::Cpu))?;
            Ok(quantized.dequantize(&Device::Cpu)?.flatten_all()?.to_vec1()?)
        }
    }
}

/// Calls `f` with the bytes at an address that candle's blocks may be read from: candle does not check that itself.
fn with_aligned<T>(bytes: &[u8], f: impl FnOnce(&[u8]) -> T) -> T {
    const ALIGNMENT: usize = 8;
    if bytes.as_ptr().align_offset(ALIGNMENT) == 0 {
        return f(bytes);
    }
    let mut copy = vec![0u8; bytes.len() + ALIGNMENT];
    let skip = copy.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
    let copy = &mut copy[skip..skip + bytes.len()];
    copy.copy_from_slice(bytes);
    f(copy)
}

/// The values after being stored as `dtype` and read again.
///
/// Rows that blocks do not divide stay as they are, because no file could store them so. Legacy
/// block types give ggml's own codes; K-quants are encoded by candle, whose errors are of the same
/// size but whose codes are not ggml's.
pub(crate) fn round_as(values: Vec<f32>, shape: &[usize], dtype: DType) -> Result<Vec<f32>, Error> {
    match dtype {
        DType::F16 => Ok(values.into_iter().map(|x| f16::from_f32(x).to_f32()).collect()),
        DType::BF16 => Ok(values.into_iter().map(|x| bf16::from_f32(x).to_f32()).collect()),
        _ => {
            let row = shape.last().copied().unwrap_or(0);
            let Some(block) = block_type(dtype).filter(|block| row > 0 && row.is_multiple_of(block.block_size()))
            else {
                return Ok(values);
            };
            let tensor = Tensor::from_vec(values, shape, &Device::Cpu)?;
            let stored = QTensor::quantize(&tensor, block)?;
            drop(tensor);
            Ok(stored.dequantize(&Device::Cpu)?.flatten_all()?.to_vec1()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_at_an_odd_address_read_the_same() {
        let values: Vec<f32> = (0..64).map(|i| (i as f32 * 0.37).sin()).collect();
        let tensor = Tensor::from_vec(values, (2, 32), &Device::Cpu).expect("64 values");
        let stored = QTensor::quantize(&tensor, GgmlDType::Q8_0).expect("32 divides the rows");
        let bytes = stored.data().expect("on the CPU").into_owned();
        let mut shifted = vec![0u8];
        shifted.extend_from_slice(&bytes);
        let even = decode("t", DType::Q8_0, &[2, 32], &bytes).expect("whole blocks");
        let odd = decode("t", DType::Q8_0, &[2, 32], &shifted[1..]).expect("whole blocks");
        assert_eq!(even, odd, "the address of the bytes must not matter");
    }

    #[test]
    fn a_tensor_with_too_few_bytes_is_refused() {
        for (dtype, shape, bytes) in [(DType::F32, [2, 2], 15), (DType::F16, [2, 2], 9), (DType::Q8_0, [2, 32], 67)] {
            let refused = decode("t", dtype, &shape, &vec![0; bytes]);
            assert!(matches!(refused, Err(Error::Length { .. })), "{bytes} bytes do not hold {shape:?} of {dtype:?}");
        }
    }

    #[test]
    fn rows_that_blocks_do_not_divide_are_left_alone() {
        let values: Vec<f32> = (0..60).map(|i| i as f32 / 7.0).collect();
        let same = round_as(values.clone(), &[2, 30], DType::Q8_0).expect("nothing to do");
        assert_eq!(same, values, "no file stores rows of 30 in blocks of 32");
    }
}
