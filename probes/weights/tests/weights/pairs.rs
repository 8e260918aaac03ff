//! Pairs of tensors for the tests: from real files, and made here from seeds with candle's encoders.

use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use parallax_artifact::{DType, Variant, open};
use parallax_weights::{Source, TensorView};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Normal};

use crate::shared::shared;

/// Both variants of a real pair of files.
pub(crate) fn real(nominal: &str, operative: &str) -> Option<(Variant, Variant)> {
    Some((open(&shared(nominal)?).unwrap(), open(&shared(operative)?).unwrap()))
}

/// MiniLM and one of its quantizations by llama.cpp.
pub(crate) fn minilm(quantization: &str) -> Option<(Variant, Variant)> {
    real("models/all-MiniLM-L6-v2", &format!("models/gguf/minilm-{quantization}.gguf"))
}

/// Calls `check` with every quantized tensor of the operative variant and its published counterpart.
pub(crate) fn each_quantized(pair: &(Variant, Variant), mut check: impl FnMut(&str, &TensorView<'_>, &Source<'_>)) {
    let (nominal, operative) = pair;
    for tensor in operative.tensors().iter().filter(|tensor| tensor.dtype.is_quantized()) {
        let name = tensor.canonical.as_deref().unwrap();
        let published = nominal.canonical(name).unwrap();
        let source = view(published.dtype, &published.shape, nominal.bytes(published));
        let deployed = view(tensor.dtype, &tensor.shape, operative.bytes(tensor));
        check(name, &deployed, &Source::plain(source));
    }
}

pub(crate) fn view<'a>(dtype: DType, shape: &'a [usize], bytes: &'a [u8]) -> TensorView<'a> {
    TensorView { dtype, shape, bytes }
}

/// A real matrix, published as f32: its shape and numbers.
pub(crate) fn real_matrix(name: &str) -> Option<([usize; 2], Vec<f32>)> {
    let variant = open(&shared("models/all-MiniLM-L6-v2")?).unwrap();
    let tensor = variant.canonical(name).unwrap();
    assert_eq!(tensor.dtype, DType::F32);
    let numbers = variant.bytes(tensor).chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap()));
    Some(([tensor.shape[0], tensor.shape[1]], numbers.collect()))
}

/// Little-endian f32.
pub(crate) fn bytes(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// Normal numbers.
pub(crate) fn gaussian(n: usize, deviation: f32, seed: u64) -> Vec<f32> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let normal = Normal::new(0.0, deviation).unwrap();
    (0..n).map(|_| normal.sample(&mut random)).collect()
}

fn ggml(dtype: DType) -> GgmlDType {
    match dtype {
        DType::Q4_0 => GgmlDType::Q4_0,
        DType::Q4_1 => GgmlDType::Q4_1,
        DType::Q5_0 => GgmlDType::Q5_0,
        DType::Q5_1 => GgmlDType::Q5_1,
        DType::Q8_0 => GgmlDType::Q8_0,
        DType::Q2K => GgmlDType::Q2K,
        DType::Q3K => GgmlDType::Q3K,
        DType::Q4K => GgmlDType::Q4K,
        DType::Q5K => GgmlDType::Q5K,
        DType::Q6K => GgmlDType::Q6K,
        other => panic!("{} has no encoder here", other.name()),
    }
}

/// Encodes numbers with candle.
pub(crate) fn encode(dtype: DType, numbers: &[f32]) -> Vec<u8> {
    let tensor = Tensor::from_slice(numbers, numbers.len(), &Device::Cpu).unwrap();
    QTensor::quantize(&tensor, ggml(dtype)).unwrap().data().unwrap().into_owned()
}

/// Encodes rows with candle under importance weights, one a column.
pub(crate) fn encode_weighted(dtype: DType, numbers: &[f32], weights: &[f32]) -> Vec<u8> {
    let shape = (numbers.len() / weights.len(), weights.len());
    let tensor = Tensor::from_slice(numbers, shape, &Device::Cpu).unwrap();
    QTensor::quantize_imatrix(&tensor, weights, ggml(dtype)).unwrap().data().unwrap().into_owned()
}

pub(crate) fn norm(numbers: &[f32]) -> f64 {
    numbers.iter().map(|&number| f64::from(number).powi(2)).sum::<f64>().sqrt()
}

/// Adds a random matrix of some rank whose Frobenius norm is `relative` of that of the numbers.
pub(crate) fn add_low_rank(numbers: &[f32], [rows, columns]: [usize; 2], rank: usize, relative: f64) -> Vec<f32> {
    let (left, right) = (gaussian(rows * rank, 1.0, 71), gaussian(rank * columns, 1.0, 72));
    let entry = |index: usize| -> f32 {
        let (row, column) = (index / columns, index % columns);
        (0..rank).map(|k| left[row * rank + k] * right[k * columns + column]).sum()
    };
    let edit: Vec<f32> = (0..rows * columns).map(entry).collect();
    let factor = (relative * norm(numbers) / norm(&edit)) as f32;
    numbers.iter().zip(edit).map(|(number, edit)| number + factor * edit).collect()
}

/// A callback for passes whose progress is of no interest.
pub(crate) fn quiet(_: u64) {}
