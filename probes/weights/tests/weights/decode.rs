//! Decoding of every block format, bit for bit, against what ggml's own functions gave.

use parallax_artifact::DType;
use parallax_weights::dequantize;
use safetensors::SafeTensors;

use crate::shared::shared;

/// The formats with bytes and values among the reference samples.
pub(crate) const TYPES: [DType; 12] = [
    DType::F16,
    DType::BF16,
    DType::Q4_0,
    DType::Q4_1,
    DType::Q5_0,
    DType::Q5_1,
    DType::Q8_0,
    DType::Q2K,
    DType::Q3K,
    DType::Q4K,
    DType::Q5K,
    DType::Q6K,
];

#[test]
fn every_format_is_decoded_as_ggml_decodes_it() {
    let Some(path) = shared("oracle/golden/quant_samples.safetensors") else { return };
    let bytes = std::fs::read(path).unwrap();
    let samples = SafeTensors::deserialize(&bytes).unwrap();
    for dtype in TYPES {
        let stored = samples.tensor(&format!("{}.quantized", dtype.name())).unwrap();
        let expected = samples.tensor(&format!("{}.dequantized", dtype.name())).unwrap();
        let mut values = vec![0.0; expected.data().len() / 4];
        dequantize(dtype, stored.data(), &mut values);
        let values: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        assert!(values == expected.data(), "{} differs", dtype.name());
    }
}
