//! Encoding of every block format, byte for byte, against what ggml's own functions gave.

use half::{bf16, f16};
use parallax_artifact::DType;
use parallax_weights::{dequantize, quantize};
use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use safetensors::SafeTensors;
use sha2::{Digest, Sha256};

use crate::decode::TYPES;
use crate::shared::shared;

const SAMPLED: &str = "encoder.layer.0.output.dense.weight";

/// A tensor's numbers as rows of the given length, each encoded by itself.
pub(crate) fn encoded(dtype: DType, numbers: &[f32], columns: usize, importance: Option<&[f32]>) -> Vec<u8> {
    let mut bytes = vec![0; numbers.len() / dtype.block_size() * dtype.block_bytes()];
    let row_len = columns / dtype.block_size() * dtype.block_bytes();
    numbers.par_chunks(columns).zip(bytes.par_chunks_mut(row_len)).for_each(|(row, out)| {
        quantize(dtype, row, importance, out);
    });
    bytes
}

pub(crate) fn numbers_of(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

pub(crate) fn bytes_of(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// Numbers without a pattern, of a spread like that of weights.
pub(crate) fn noise(seed: u64, n: usize) -> Vec<f32> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..n).map(|_| (0..4).map(|_| random.random_range(-0.03f32..0.03)).sum()).collect()
}

#[test]
fn sampled_rows_have_the_bytes_that_ggml_gives() {
    let Some(path) = shared("oracle/golden/quant_samples.safetensors") else { return };
    let Some(model) = shared("models/all-MiniLM-L6-v2/model.safetensors") else { return };
    let (samples, model) = (std::fs::read(path).unwrap(), std::fs::read(model).unwrap());
    let samples = SafeTensors::deserialize(&samples).unwrap();
    let model = SafeTensors::deserialize(&model).unwrap();
    let source = numbers_of(model.tensor(SAMPLED).unwrap().data());
    for dtype in TYPES {
        let stored = samples.tensor(&format!("{}.quantized", dtype.name())).unwrap();
        let n = stored.data().len() / dtype.block_bytes() * dtype.block_size();
        let bytes = encoded(dtype, &source[..n], n / stored.shape()[0], None);
        assert!(bytes == stored.data(), "{} differs", dtype.name());
    }
}

#[test]
fn every_matrix_of_a_real_model_has_the_bytes_and_values_that_ggml_gives() {
    let Some(path) = shared("oracle/golden/quant_reference.json") else { return };
    let Some(model) = shared("models/all-MiniLM-L6-v2/model.safetensors") else { return };
    let golden: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let model = std::fs::read(model).unwrap();
    let model = SafeTensors::deserialize(&model).unwrap();
    let tensors = golden["tensors"].as_object().unwrap();
    assert_eq!(tensors.len(), 40);
    let mut differing = Vec::new();
    for (name, tensor) in tensors {
        let view = model.tensor(name).unwrap();
        let numbers = numbers_of(view.data());
        for dtype in TYPES {
            let expected = &tensor["types"][dtype.name()];
            // Rows that are not of whole superblocks were flattened into rows of one.
            let reshaped = expected["reshaped"].as_bool().unwrap();
            let columns = if reshaped { dtype.block_size() } else { view.shape()[1] };
            let bytes = encoded(dtype, &numbers, columns, None);
            let mut values = vec![0.0; numbers.len()];
            let row_len = columns / dtype.block_size() * dtype.block_bytes();
            values.par_chunks_mut(columns).zip(bytes.par_chunks(row_len)).for_each(|(row, bytes)| {
                dequantize(dtype, bytes, row);
            });
            let (quantized, dequantized) = rayon::join(|| sha256(&bytes), || sha256(&bytes_of(&values)));
            if expected["sha256_quantized"] != quantized {
                differing.push(format!("{name} as {}: bytes", dtype.name()));
            }
            if expected["sha256_dequantized_f32"] != dequantized {
                differing.push(format!("{name} as {}: values", dtype.name()));
            }
        }
    }
    assert!(differing.is_empty(), "{differing:#?}");
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn plain_types_are_rounded_as_the_half_crate_rounds_them() {
    // Every 4,099th f32: all exponents, normal and subnormal f16, both infinities and many NaN.
    let numbers: Vec<f32> = (0..u32::MAX).step_by(4_099).map(f32::from_bits).collect();
    let (halves, brains) =
        (encoded(DType::F16, &numbers, numbers.len(), None), encoded(DType::BF16, &numbers, numbers.len(), None));
    for (index, number) in numbers.iter().enumerate() {
        let at = |bytes: &[u8]| u16::from_le_bytes([bytes[2 * index], bytes[2 * index + 1]]);
        assert_eq!(at(&halves), f16::from_f32(*number).to_bits(), "f16 of {number:e}");
        assert_eq!(at(&brains), bf16::from_f32(*number).to_bits(), "bf16 of {number:e}");
    }
    let all: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_le_bytes).collect();
    let mut values = vec![0.0; 1 << 16];
    dequantize(DType::F16, &all, &mut values);
    for (bits, value) in values.iter().enumerate() {
        let expected = f16::from_bits(bits as u16);
        assert!(value.to_bits() == expected.to_f32().to_bits() || expected.is_nan() && value.is_nan(), "{bits:x}");
    }
}

#[test]
fn rows_of_zeros_extremes_and_no_numbers_are_encoded_without_a_fault() {
    let mut odd: Vec<Vec<f32>> = vec![
        vec![0.0; 512],
        vec![-0.0; 512],
        vec![1e-40; 512],
        vec![3.0; 512],
        vec![-3.0; 512],
        vec![f32::MAX; 512],
        vec![f32::INFINITY; 512],
        vec![f32::NEG_INFINITY; 512],
        vec![f32::NAN; 512],
    ];
    for special in [f32::NAN, f32::INFINITY, f32::MAX, 1e-42, 1e20] {
        let mut row = noise(1, 512);
        row[37] = special;
        row[300] = -special;
        odd.push(row);
    }
    let importance = noise(2, 512).iter().map(|x| x.abs()).collect::<Vec<_>>();
    for dtype in TYPES {
        for row in &odd {
            encoded(dtype, row, 512, None);
            encoded(dtype, row, 512, Some(&importance));
            encoded(dtype, row, 512, Some(&[0.0; 512]));
        }
    }
    // ggml divides the largest magnitude by -8, so that a scale of zero has its sign bit set.
    let zeros = encoded(DType::Q4_0, &[0.0; 32], 32, None);
    assert_eq!((&zeros[..2], &zeros[2..]), (&[0, 0x80][..], &[0x88; 16][..]));
    // A scale whose inverse is beyond f32: codes as x86-64 converts what is no integer.
    let tiny = encoded(DType::Q4_0, &[1e-40; 32], 32, None);
    assert_eq!(&tiny[2..], &[0; 16]);
    // Halves are rounded away from zero in Q8_0: 127 x 0.5 / 127.
    let mut halves = [0.5; 32];
    halves[0] = 127.0;
    halves[1] = -0.5;
    halves[2] = 0.499_999_97;
    let halves = encoded(DType::Q8_0, &halves, 32, None);
    assert_eq!(&halves[2..6], &[127, 255, 0, 1]);
}

#[test]
fn the_first_of_two_extremes_decides_the_sign_of_the_scale() {
    for (first, second) in [(1.0f32, -1.0f32), (-1.0, 1.0)] {
        let mut row = vec![0.25f32; 32];
        row[9] = first;
        row[20] = second;
        let bytes = encoded(DType::Q4_0, &row, 32, None);
        let scale = f16::from_le_bytes([bytes[0], bytes[1]]).to_f32();
        assert_eq!(scale, first / -8.0);
    }
}

/// SHA-256 of what ggml gave for the rows and the importance of the test below: `quantize_*` of ggml-org/ggml d99724f2, compiled
/// by gcc 12 for plain x86-64, where products and sums are not contracted.
const WITH_IMPORTANCE: [(DType, &str); 10] = [
    (DType::Q4_0, "5697f58e0a7809a8b43d81c702c2b9083a7c099ba72c7b317476b73da307ef2f"),
    (DType::Q4_1, "4857c41b1cf3a6f49ea2ced6c7d732ce85e59ba70739bbbbdc100980a725d785"),
    (DType::Q5_0, "3ae434adfaf4ef5f989259741a8cd8fe17ad3e93254e5b6282f38f20f01d8aa3"),
    (DType::Q5_1, "3a1f88039cd24ca3101f52a204115c2b6a7f66584f6094e6b3c990bfe9e3ebdd"),
    (DType::Q8_0, "e3702afff02079791f903140dad2885f686492c6fc2c0650edee3b9dbfe9f547"),
    (DType::Q2K, "febd73623d6f47b8adc6a140d73f5e10af259e0330230693c1263096a79e49b2"),
    (DType::Q3K, "afa618bbbde2337aeae647e7bdd5e01ac059ba1f478cd42055a35a7c275c3961"),
    (DType::Q4K, "8c9f185aa77b362cc5649564fd1dfb4bb0c804fa0a7e31d844f88713ba14c2b6"),
    (DType::Q5K, "a43cc62de00badff01c5ede4969a2aec5d2f5eeb6ccf1deda37028af56a4846d"),
    (DType::Q6K, "8522583ade2491d47f672fbd43adc9580027963cc4a739dea819b08fda3aefb4"),
];

#[test]
fn importance_gives_the_bytes_that_ggml_gives() {
    // Rows of zeros, of one sign, of numbers near nothing, of few numbers, of outliers, and plain ones.
    let mut numbers = noise(31, 64 * 768);
    for (index, x) in numbers.iter_mut().enumerate() {
        *x = match index / 768 {
            0 => 0.0,
            1 => x.abs() + 0.01,
            2 => -x.abs() - 0.02,
            3 => *x * 1e-14,
            4 if index % 5 > 0 => 0.0,
            5 if index % 100 == 7 => *x * 64.0,
            _ => *x,
        };
    }
    let mut importance: Vec<f32> = noise(32, 768).iter().map(|x| x * x * 1000.0).collect();
    importance[97] = 0.0;
    for (dtype, expected) in WITH_IMPORTANCE {
        assert_eq!(sha256(&encoded(dtype, &numbers, 768, Some(&importance))), expected, "{}", dtype.name());
    }
}

#[test]
fn importance_lowers_the_error_that_it_weighs() {
    let numbers = noise(3, 64 * 512);
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let importance: Vec<f32> = (0..512).map(|_| random.random_range(-3.0f32..3.0).exp()).collect();
    for dtype in TYPES.into_iter().filter(|dtype| dtype.is_quantized()) {
        let error = |importance_given: Option<&[f32]>| {
            let bytes = encoded(dtype, &numbers, 512, importance_given);
            let mut values = vec![0.0; numbers.len()];
            dequantize(dtype, &bytes, &mut values);
            let errors = numbers.iter().zip(&values).enumerate();
            errors.map(|(i, (x, y))| f64::from(importance[i % 512]) * f64::from((x - y) * (x - y))).sum::<f64>()
        };
        let (plain, weighed) = (error(None), error(Some(&importance)));
        if dtype == DType::Q8_0 {
            assert_eq!(plain, weighed);
        } else {
            assert!(weighed < 0.97 * plain, "{}: {weighed} against {plain}", dtype.name());
        }
    }
}
