//! Whole models that were converted honestly: nothing in them may be called changed, whoever converted them and how.

use candle_core::quantized::GgmlDType;
use parallax_artifact::DType;
use parallax_weights::{LatticeSettings, Source, quantize, screen_lattice};

use crate::judge::{BY_CANDLE, Stored, importance, judged};
use crate::matrices::Matrix;

/// Formats of 32 numbers a block, and of 256.
const LEGACY: [DType; 5] = [DType::Q4_0, DType::Q4_1, DType::Q5_0, DType::Q5_1, DType::Q8_0];
const SUPERBLOCKS: [DType; 5] = [DType::Q2K, DType::Q3K, DType::Q4K, DType::Q5K, DType::Q6K];

/// What a row that is no multiple of 256 is stored as instead (llama.cpp's fallback).
fn fitting(wanted: DType, columns: usize) -> DType {
    match wanted {
        _ if columns.is_multiple_of(wanted.block_size()) => wanted,
        DType::Q2K | DType::Q3K => DType::Q4_0,
        DType::Q4K => DType::Q5_0,
        DType::Q5K => DType::Q5_1,
        DType::Q6K => DType::Q8_0,
        other => panic!("{other:?} does not fit {columns} columns"),
    }
}

/// One way to make a variant of a model.
struct Variant {
    wanted: DType,
    /// What the published file holds.
    published: DType,
    encoder: Encoder,
}

#[derive(Clone, Copy, PartialEq)]
enum Encoder {
    /// The published algorithm.
    Ours,
    /// With weights for the columns, from this seed.
    Importance(u64),
    Candle,
}

fn variants() -> Vec<Variant> {
    let mut variants = Vec::new();
    let blocks = || LEGACY.into_iter().chain(SUPERBLOCKS);
    for wanted in blocks().chain([DType::F16, DType::BF16]) {
        for published in [DType::F32, DType::F16, DType::BF16] {
            variants.push(Variant { wanted, published, encoder: Encoder::Ours });
        }
    }
    for wanted in blocks() {
        variants.push(Variant { wanted, published: DType::F32, encoder: Encoder::Candle });
        // Q8_0 takes no weights.
        if wanted != DType::Q8_0 {
            variants.push(Variant {
                wanted,
                published: DType::F32,
                encoder: Encoder::Importance(variants.len() as u64),
            });
        }
    }
    variants
}

fn stored(matrix: &Matrix, dtype: DType, encoder: Encoder) -> Stored {
    let format: Option<GgmlDType> = BY_CANDLE.iter().find(|(ours, _)| *ours == dtype).map(|(_, format)| *format);
    match (encoder, format) {
        (Encoder::Candle, Some(format)) => matrix.stored_by_candle(dtype, format),
        (Encoder::Importance(seed), _) if dtype != DType::Q8_0 => {
            matrix.stored(dtype, Some(&importance(matrix.columns, seed)))
        }
        _ => matrix.stored(dtype, None),
    }
}

#[test]
fn no_tensor_of_fifty_honest_models_is_called_changed() {
    let Some(model) = Matrix::all_real() else { return };
    let variants = variants();
    assert!(variants.len() >= 50, "{} variants", variants.len());
    for published in [DType::F32, DType::F16, DType::BF16] {
        for (name, matrix) in &model {
            let matrix = match published {
                DType::F16 => matrix.f16(),
                DType::BF16 => matrix.bf16(),
                _ => matrix.clone(),
            };
            let nominal = matrix.stored(published, None);
            for variant in variants.iter().filter(|variant| variant.published == published) {
                let dtype = fitting(variant.wanted, matrix.columns);
                let found = judged(&nominal, &stored(&matrix, dtype, variant.encoder));
                assert!(
                    found.verdict.is_explained(),
                    "{name} as {dtype:?} from {published:?}: {:?}, {:?}, {:?}",
                    found.verdict,
                    found.codes,
                    found.fit
                );
            }
        }
    }
}

#[test]
fn no_honest_model_sits_on_a_lattice() {
    let Some(model) = Matrix::all_real() else { return };
    for (name, matrix) in &model {
        let published = matrix.stored(DType::F32, None);
        let source = Source::plain(published.view());
        for wanted in LEGACY.into_iter().chain(SUPERBLOCKS) {
            let dtype = fitting(wanted, matrix.columns);
            let deployed = matrix.stored(dtype, None);
            let encode = |numbers: &[f32], bytes: &mut [u8]| quantize(dtype, numbers, None, bytes);
            let settings = LatticeSettings { seed: 1, elements: 1 << 18 };
            let screened = screen_lattice(&deployed.view(), &source, Some(&encode), settings, &|_| ()).unwrap();
            assert_ne!(screened.conspicuous(), Some(true), "{name} as {dtype:?}: {:?}", screened.ratio);
        }
    }
}
