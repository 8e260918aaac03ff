//! Small variants made from code, so that tests can break one thing at a time.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// A tensor to be written: name, shape outermost first, bytes.
pub(crate) type Tensor = (String, Vec<usize>, Vec<u8>);

pub(crate) const HIDDEN: usize = 4;
pub(crate) const LAYERS: usize = 2;

/// The tensors of a BERT with 2 layers, width 4, feed-forward 8, 6 positions, 2 types and 5 tokens, by llama.cpp's names.
pub(crate) fn tensors() -> Vec<Tensor> {
    let mut shapes = vec![
        ("token_embd.weight".to_owned(), vec![5, HIDDEN]),
        ("position_embd.weight".to_owned(), vec![6, HIDDEN]),
        ("token_types.weight".to_owned(), vec![2, HIDDEN]),
        ("token_embd_norm.weight".to_owned(), vec![HIDDEN]),
        ("token_embd_norm.bias".to_owned(), vec![HIDDEN]),
    ];
    for layer in 0..LAYERS {
        for (part, rows, columns) in [
            ("attn_q", HIDDEN, Some(HIDDEN)),
            ("attn_k", HIDDEN, Some(HIDDEN)),
            ("attn_v", HIDDEN, Some(HIDDEN)),
            ("attn_output", HIDDEN, Some(HIDDEN)),
            ("attn_output_norm", HIDDEN, None),
            ("ffn_up", 8, Some(HIDDEN)),
            ("ffn_down", HIDDEN, Some(8)),
            ("layer_output_norm", HIDDEN, None),
        ] {
            shapes.push((format!("blk.{layer}.{part}.weight"), std::iter::once(rows).chain(columns).collect()));
            shapes.push((format!("blk.{layer}.{part}.bias"), vec![rows]));
        }
    }
    shapes.into_iter().map(|(name, shape)| tensor(&name, &shape)).collect()
}

/// A tensor of counting f32 numbers.
pub(crate) fn tensor(name: &str, shape: &[usize]) -> Tensor {
    let count: usize = shape.iter().product();
    let bytes = (0..count).flat_map(|index| (index as f32).to_le_bytes()).collect();
    (name.to_owned(), shape.to_vec(), bytes)
}

/// Hugging Face's names for the same tensors.
pub(crate) fn hugging_face_tensors() -> Vec<Tensor> {
    let replacements = [
        ("token_embd_norm", "embeddings.LayerNorm"),
        ("token_embd", "embeddings.word_embeddings"),
        ("position_embd", "embeddings.position_embeddings"),
        ("token_types", "embeddings.token_type_embeddings"),
        ("attn_output_norm", "attention.output.LayerNorm"),
        ("layer_output_norm", "output.LayerNorm"),
        ("attn_output", "attention.output.dense"),
        ("attn_q", "attention.self.query"),
        ("attn_k", "attention.self.key"),
        ("attn_v", "attention.self.value"),
        ("ffn_up", "intermediate.dense"),
        ("ffn_down", "output.dense"),
        ("blk.", "encoder.layer."),
    ];
    let rename = |name: String| {
        let (_, part) = name.split_at(if name.starts_with("blk.") { 6 } else { 0 });
        let stem = part.split('.').next().unwrap_or_default();
        let theirs = replacements.iter().find(|(ours, _)| *ours == stem).expect("every part has a name").1;
        name.replacen(stem, theirs, 1).replacen("blk.", "encoder.layer.", 1)
    };
    tensors().into_iter().map(|(name, shape, bytes)| (rename(name), shape, bytes)).collect()
}

/// The `config.json` that fits the tensors.
pub(crate) fn config() -> Value {
    json!({
        "model_type": "bert", "architectures": ["BertModel"], "hidden_size": HIDDEN, "num_hidden_layers": LAYERS,
        "num_attention_heads": 2, "intermediate_size": 8, "max_position_embeddings": 6, "type_vocab_size": 2,
        "vocab_size": 5, "layer_norm_eps": 1e-12, "hidden_act": "gelu"
    })
}

/// Adds a head of three labels with its pooler.
pub(crate) fn with_head(config: &mut Value, tensors: &mut Vec<Tensor>) {
    config["architectures"] = json!(["BertForSequenceClassification"]);
    config["id2label"] = json!({"0": "rent", "1": "food", "2": "work"});
    tensors.push(tensor("classifier.weight", &[3, HIDDEN]));
    tensors.push(tensor("classifier.bias", &[3]));
    tensors.push(tensor("bert.pooler.dense.weight", &[HIDDEN, HIDDEN]));
    tensors.push(tensor("bert.pooler.dense.bias", &[HIDDEN]));
}

/// A safetensors file.
pub(crate) fn safetensors(tensors: &[Tensor]) -> Vec<u8> {
    let mut header = serde_json::Map::new();
    let mut data = Vec::new();
    for (name, shape, bytes) in tensors {
        let begin = data.len();
        data.extend_from_slice(bytes);
        header.insert(name.clone(), json!({"dtype": "F32", "shape": shape, "data_offsets": [begin, data.len()]}));
    }
    safetensors_with_header(&Value::Object(header).to_string(), &data)
}

/// A safetensors file with any header.
pub(crate) fn safetensors_with_header(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
}

/// Writes `config.json` and `model.safetensors` into a folder called `model`.
pub(crate) fn folder(root: &Path, config: &Value, weights: &[u8]) -> PathBuf {
    let folder = root.join("model");
    write(&folder.join("config.json"), config.to_string().as_bytes());
    write(&folder.join("model.safetensors"), weights);
    folder
}

/// Writes a file and the folders above it.
pub(crate) fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder can be made");
    std::fs::write(path, bytes).expect("a file can be written");
}

/// A GGUF to be written, every part of it open to tampering.
pub(crate) struct Gguf {
    pub(crate) magic: [u8; 4],
    pub(crate) version: u32,
    /// Key, value type, value as bytes.
    pub(crate) entries: Vec<(Vec<u8>, u32, Vec<u8>)>,
    pub(crate) tensors: Vec<GgufTensor>,
    pub(crate) n_tensors: Option<u64>,
    pub(crate) n_keys: Option<u64>,
}

/// One tensor of it; `None` for the offset means where it is due.
pub(crate) struct GgufTensor {
    pub(crate) name: Vec<u8>,
    /// Innermost first, as the format stores them.
    pub(crate) dims: Vec<u64>,
    pub(crate) kind: u32,
    pub(crate) offset: Option<u64>,
    pub(crate) bytes: Vec<u8>,
}

impl Gguf {
    /// A sound GGUF with the tensors above and a five-token vocabulary.
    pub(crate) fn sound() -> Self {
        let tensors = tensors().into_iter().map(|(name, shape, bytes)| GgufTensor {
            name: name.into_bytes(),
            dims: shape.iter().rev().map(|&dim| dim as u64).collect(),
            kind: 0,
            offset: None,
            bytes,
        });
        let mut gguf = Gguf {
            magic: *b"GGUF",
            version: 3,
            entries: Vec::new(),
            tensors: tensors.collect(),
            n_tensors: None,
            n_keys: None,
        };
        gguf.set("general.architecture", 8, &text("bert"));
        for (key, value) in [
            ("bert.block_count", LAYERS as u32),
            ("bert.context_length", 6),
            ("bert.embedding_length", HIDDEN as u32),
            ("bert.feed_forward_length", 8),
            ("bert.attention.head_count", 2),
            ("bert.pooling_type", 1),
        ] {
            gguf.set(key, 4, &value.to_le_bytes());
        }
        gguf.set("bert.attention.layer_norm_epsilon", 6, &1e-12f32.to_le_bytes());
        gguf.set("tokenizer.ggml.model", 8, &text("bert"));
        let tokens = ["[UNK]", "[CLS]", "[SEP]", "\u{2581}a", "b"];
        let list = tokens.iter().flat_map(|token| text(token)).collect::<Vec<_>>();
        gguf.set("tokenizer.ggml.tokens", 9, &[&8u32.to_le_bytes()[..], &5u64.to_le_bytes(), &list].concat());
        gguf
    }

    /// Sets a key, or replaces its value.
    pub(crate) fn set(&mut self, key: &str, kind: u32, value: &[u8]) {
        let entry = (key.as_bytes().to_vec(), kind, value.to_vec());
        match self.entries.iter_mut().find(|(known, _, _)| known == key.as_bytes()) {
            Some(known) => *known = entry,
            None => self.entries.push(entry),
        }
    }

    /// Only the tensors in a range, with no other keys than those of a set of files, unless it is the first of it.
    pub(crate) fn part(range: std::ops::Range<usize>, number: u16, count: u16, all: i32) -> Self {
        let mut gguf = Gguf::sound();
        if number > 0 {
            gguf.entries.clear();
        }
        gguf.tensors = gguf.tensors.drain(range).collect();
        gguf.set("split.no", 2, &number.to_le_bytes());
        gguf.set("split.count", 2, &count.to_le_bytes());
        gguf.set("split.tensors.count", 5, &all.to_le_bytes());
        gguf
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = self.magic.to_vec();
        out.extend(self.version.to_le_bytes());
        out.extend(self.n_tensors.unwrap_or(self.tensors.len() as u64).to_le_bytes());
        out.extend(self.n_keys.unwrap_or(self.entries.len() as u64).to_le_bytes());
        for (key, kind, value) in &self.entries {
            out.extend((key.len() as u64).to_le_bytes());
            out.extend(key);
            out.extend(kind.to_le_bytes());
            out.extend(value);
        }
        let mut due = 0;
        for tensor in &self.tensors {
            out.extend((tensor.name.len() as u64).to_le_bytes());
            out.extend(&tensor.name);
            out.extend((tensor.dims.len() as u32).to_le_bytes());
            tensor.dims.iter().for_each(|dim| out.extend(dim.to_le_bytes()));
            out.extend(tensor.kind.to_le_bytes());
            out.extend(tensor.offset.unwrap_or(due).to_le_bytes());
            due += tensor.bytes.len().next_multiple_of(32) as u64;
        }
        for tensor in &self.tensors {
            out.resize(out.len().next_multiple_of(32), 0);
            out.extend(&tensor.bytes);
        }
        out.resize(out.len().next_multiple_of(32), 0);
        out
    }
}

/// A string as GGUF stores it.
pub(crate) fn text(text: &str) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat()
}

/// What a survey answers, in lines: the sentence of a refusal, or every note.
pub(crate) fn answer(path: &Path) -> String {
    match parallax_artifact::survey(path) {
        Err(error) => format!("    refused: {error}\n"),
        Ok(survey) => {
            for tensor in survey.tensors() {
                assert_eq!(survey.bytes(tensor).len(), tensor.len, "{} has its bytes", tensor.name);
                assert_eq!(survey.sha256(tensor).len(), 64, "{} can be hashed", tensor.name);
                assert_eq!(survey.tensor(&tensor.name), Some(tensor), "{} is found by its name", tensor.name);
            }
            let notes = survey.notes().iter().map(|note| {
                let place = match &note.place {
                    parallax_artifact::Place::File => String::new(),
                    parallax_artifact::Place::Key(key) => format!(", `{key}`"),
                    parallax_artifact::Place::Bytes { begin, end } => format!(", bytes {begin} to {end}"),
                };
                format!("    {} in {}{place}: {}\n", note.kind.code(), note.file, note.kind)
            });
            format!("    read: {} tensors\n{}", survey.tensors().len(), notes.collect::<String>())
        }
    }
}

/// Collects the answers to what is written into empty folders.
pub(crate) fn ask(answers: &mut String, what: &str, make: impl FnOnce(&Path) -> PathBuf) {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let path = make(root.path());
    answers.push_str(&format!("{what}\n{}", answer(&path)));
}
