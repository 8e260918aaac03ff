//! Opens checkpoints and GGUF files for the tests: names, shapes, types and bytes, and what their configs say.

use std::path::Path;

use candle_core::quantized::GgmlDType;
use candle_core::quantized::gguf_file::{Content, Value};
use parallax_artifact::DType;
use parallax_weights::{Facts, GgufKeys, Named, Pair, Source, TensorView};
use safetensors::SafeTensors;
use sha2::{Digest, Sha256};

/// One tensor of an opened file.
pub(crate) struct Stored {
    pub(crate) name: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) dtype: DType,
    pub(crate) bytes: Vec<u8>,
    pub(crate) digest: Option<[u8; 32]>,
}

impl Stored {
    pub(crate) fn new(name: &str, shape: &[usize]) -> Self {
        Stored { name: name.to_owned(), shape: shape.to_vec(), dtype: DType::F32, bytes: Vec::new(), digest: None }
    }

    pub(crate) fn view(&self) -> TensorView<'_> {
        TensorView { dtype: self.dtype, shape: &self.shape, bytes: &self.bytes }
    }
}

/// An opened file.
pub(crate) struct Opened {
    pub(crate) tensors: Vec<Stored>,
    pub(crate) facts: Facts,
}

impl Opened {
    pub(crate) fn of(tensors: &[(&str, &[usize])], facts: Facts) -> Self {
        Opened { tensors: tensors.iter().map(|(name, shape)| Stored::new(name, shape)).collect(), facts }
    }

    pub(crate) fn named(&self) -> Vec<Named<'_>> {
        let named = |tensor: &'_ Stored| (tensor.dtype, tensor.digest);
        self.tensors
            .iter()
            .map(|tensor| {
                let (dtype, digest) = named(tensor);
                Named { name: &tensor.name, shape: &tensor.shape, dtype, digest }
            })
            .collect()
    }

    pub(crate) fn with_digests(mut self) -> Self {
        for tensor in &mut self.tensors {
            tensor.digest = Some(Sha256::digest(&tensor.bytes).into());
        }
        self
    }

    pub(crate) fn place(&self, name: &str) -> usize {
        self.tensors.iter().position(|tensor| tensor.name == name).unwrap_or_else(|| panic!("no tensor {name}"))
    }
}

/// Opens a folder with `config.json` and `model.safetensors`.
pub(crate) fn checkpoint(folder: &Path) -> Opened {
    let config = std::fs::read(folder.join("config.json")).unwrap();
    let bytes = std::fs::read(folder.join("model.safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let mut tensors: Vec<Stored> = file
        .iter()
        .map(|(name, view)| Stored {
            name: name.to_owned(),
            shape: view.shape().to_vec(),
            dtype: match view.dtype() {
                safetensors::Dtype::F32 => DType::F32,
                safetensors::Dtype::I64 => DType::I64,
                other => panic!("{other:?} in a test file"),
            },
            bytes: view.data().to_vec(),
            digest: None,
        })
        .collect();
    tensors.sort_by(|left, right| left.name.cmp(&right.name));
    Opened { tensors, facts: Facts::from_config(&serde_json::from_slice(&config).unwrap()) }
}

struct Keys(Content);

impl GgufKeys for Keys {
    fn text(&self, key: &str) -> Option<&str> {
        match self.0.metadata.get(key)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    fn number(&self, key: &str) -> Option<u64> {
        self.0.metadata.get(key)?.to_u64().ok().or_else(|| self.0.metadata[key].to_u32().ok().map(u64::from))
    }

    fn strings(&self, key: &str) -> Option<usize> {
        self.0.metadata.get(key)?.to_vec().ok().map(Vec::len)
    }
}

/// Opens a GGUF file.
pub(crate) fn gguf(path: &Path) -> Opened {
    let bytes = std::fs::read(path).unwrap();
    let content = Content::read(&mut std::io::Cursor::new(&bytes)).unwrap();
    let mut tensors: Vec<Stored> = content
        .tensor_infos
        .iter()
        .map(|(name, info)| {
            let dtype = dtype(info.ggml_dtype);
            let len = info.shape.elem_count() / dtype.block_size() * dtype.block_bytes();
            let from = (content.tensor_data_offset + info.offset) as usize;
            Stored {
                name: name.clone(),
                shape: info.shape.dims().to_vec(),
                dtype,
                bytes: bytes[from..from + len].to_vec(),
                digest: None,
            }
        })
        .collect();
    tensors.sort_by(|left, right| left.name.cmp(&right.name));
    Opened { tensors, facts: Facts::from_gguf(&Keys(content)) }
}

fn dtype(ggml: GgmlDType) -> DType {
    match ggml {
        GgmlDType::F32 => DType::F32,
        GgmlDType::F16 => DType::F16,
        GgmlDType::BF16 => DType::BF16,
        GgmlDType::Q4_0 => DType::Q4_0,
        GgmlDType::Q4_1 => DType::Q4_1,
        GgmlDType::Q5_0 => DType::Q5_0,
        GgmlDType::Q5_1 => DType::Q5_1,
        GgmlDType::Q8_0 => DType::Q8_0,
        GgmlDType::Q2K => DType::Q2K,
        GgmlDType::Q3K => DType::Q3K,
        GgmlDType::Q4K => DType::Q4K,
        GgmlDType::Q5K => DType::Q5K,
        GgmlDType::Q6K => DType::Q6K,
        other => panic!("{other:?} in a test file"),
    }
}

/// The published rows of a pair under a layout.
pub(crate) fn source<'a>(nominal: &'a Opened, pair: &Pair, layout: &parallax_weights::Layout) -> Source<'a> {
    Source { parts: pair.nominal.iter().map(|index| nominal.tensors[*index].view()).collect(), layout: layout.clone() }
}

/// The largest difference between a source and the operative rows it stands for; `None` when their shapes differ.
pub(crate) fn difference(source: &Source<'_>, operative: &Stored, rows: std::ops::Range<usize>) -> Option<f32> {
    let stored = Source::plain(operative.view());
    if source.rows() != rows.len() || source.columns() != stored.columns() {
        return None;
    }
    let (mut left, mut right) = (vec![0.0; source.columns()], vec![0.0; source.columns()]);
    let mut most = 0.0f32;
    for (index, row) in rows.enumerate() {
        source.read_row(index, &mut left);
        stored.read_row(row, &mut right);
        for (a, b) in left.iter().zip(&right) {
            most = most.max(if a.to_bits() == b.to_bits() { 0.0 } else { (a - b).abs().max(f32::MIN_POSITIVE) });
        }
    }
    Some(most)
}
