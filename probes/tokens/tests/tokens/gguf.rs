//! GGUF files with tokenizers of any kind, in the smallest BERT that opens.

use parallax_artifact::{GgufMetadata, open};

/// Keys with their types and values as bytes.
pub(crate) type Entries = Vec<(String, Vec<u8>)>;

pub(crate) fn text(value: &str) -> Vec<u8> {
    [&8u32.to_le_bytes()[..], &string(value)].concat()
}

pub(crate) fn number(value: u32) -> Vec<u8> {
    [4u32.to_le_bytes(), value.to_le_bytes()].concat()
}

pub(crate) fn fraction(value: f32) -> Vec<u8> {
    [&6u32.to_le_bytes()[..], &value.to_le_bytes()].concat()
}

pub(crate) fn truth(value: bool) -> Vec<u8> {
    [&7u32.to_le_bytes()[..], &[u8::from(value)]].concat()
}

pub(crate) fn texts(values: &[&str]) -> Vec<u8> {
    list(8, values.len(), values.iter().flat_map(|value| string(value)).collect())
}

pub(crate) fn numbers(values: &[i32]) -> Vec<u8> {
    list(5, values.len(), values.iter().flat_map(|value| value.to_le_bytes()).collect())
}

pub(crate) fn fractions(values: &[f32]) -> Vec<u8> {
    list(6, values.len(), values.iter().flat_map(|value| value.to_le_bytes()).collect())
}

pub(crate) fn bytes(values: &[u8]) -> Vec<u8> {
    list(0, values.len(), values.to_vec())
}

fn list(kind: u32, len: usize, values: Vec<u8>) -> Vec<u8> {
    [&9u32.to_le_bytes()[..], &kind.to_le_bytes(), &(len as u64).to_le_bytes(), &values].concat()
}

fn string(value: &str) -> Vec<u8> {
    [&(value.len() as u64).to_le_bytes()[..], value.as_bytes()].concat()
}

/// The metadata of a file with these keys.
pub(crate) fn metadata(entries: &[(&str, Vec<u8>)], n_tokens: usize) -> GgufMetadata {
    let entries = entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    metadata_of(entries, n_tokens)
}

pub(crate) fn metadata_of(mut entries: Entries, n_tokens: usize) -> GgufMetadata {
    let model: [(&str, Vec<u8>); 7] = [
        ("general.architecture", text("bert")),
        ("bert.embedding_length", number(1)),
        ("bert.block_count", number(1)),
        ("bert.attention.head_count", number(1)),
        ("bert.feed_forward_length", number(1)),
        ("bert.context_length", number(4)),
        ("bert.attention.layer_norm_epsilon", fraction(1e-6)),
    ];
    entries.extend(model.map(|(key, value)| (key.to_owned(), value)));
    let mut tensors: Vec<(String, Vec<usize>)> = vec![
        ("token_embd.weight".into(), vec![n_tokens, 1]),
        ("position_embd.weight".into(), vec![4, 1]),
        ("token_types.weight".into(), vec![2, 1]),
        ("token_embd_norm.weight".into(), vec![1]),
        ("token_embd_norm.bias".into(), vec![1]),
    ];
    for part in ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_up", "ffn_down"] {
        tensors.push((format!("blk.0.{part}.weight"), vec![1, 1]));
        tensors.push((format!("blk.0.{part}.bias"), vec![1]));
    }
    for part in ["attn_output_norm", "layer_output_norm"] {
        tensors.push((format!("blk.0.{part}.weight"), vec![1]));
        tensors.push((format!("blk.0.{part}.bias"), vec![1]));
    }
    let mut file = b"GGUF\x03\0\0\0".to_vec();
    file.extend((tensors.len() as u64).to_le_bytes());
    file.extend((entries.len() as u64).to_le_bytes());
    for (key, value) in &entries {
        file.extend(string(key));
        file.extend(value);
    }
    let mut offset = 0u64;
    let mut data = Vec::new();
    for (name, shape) in &tensors {
        file.extend(string(name));
        file.extend((shape.len() as u32).to_le_bytes());
        shape.iter().rev().for_each(|&dim| file.extend((dim as u64).to_le_bytes()));
        file.extend(0u32.to_le_bytes());
        file.extend(offset.to_le_bytes());
        let len = shape.iter().product::<usize>() * 4;
        data.resize(data.len() + len.next_multiple_of(32), 0);
        offset = data.len() as u64;
    }
    file.resize(file.len().next_multiple_of(32), 0);
    file.extend(data);
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let path = root.path().join("small.gguf");
    std::fs::write(&path, file).expect("a file can be written");
    open(&path).expect("the smallest BERT opens").gguf().expect("it is a GGUF").clone()
}

/// The keys of a real file that begin with `prefix`, so that its tokenizer can be read whatever its architecture.
pub(crate) fn entries_of(file: &[u8], prefix: &str) -> Entries {
    let mut place = 24;
    let n_keys = read(file, 16, 8);
    let mut entries = Vec::new();
    for _ in 0..n_keys {
        let length = read(file, place, 8);
        let key = String::from_utf8(file[place + 8..place + 8 + length].to_vec()).expect("keys are texts");
        place += 8 + length;
        let begin = place;
        let kind = read(file, place, 4);
        place = match kind {
            9 => {
                let (element, count) = (read(file, place + 4, 4), read(file, place + 8, 8));
                (0..count).fold(place + 16, |place, _| after(file, place, element))
            }
            kind => after(file, place + 4, kind),
        };
        if key.starts_with(prefix) {
            entries.push((key, file[begin..place].to_vec()));
        }
    }
    entries
}

/// The place after a single value.
fn after(file: &[u8], place: usize, kind: usize) -> usize {
    match kind {
        0 | 1 | 7 => place + 1,
        2 | 3 => place + 2,
        4..=6 => place + 4,
        8 => place + 8 + read(file, place, 8),
        _ => place + 8,
    }
}

fn read(file: &[u8], place: usize, width: usize) -> usize {
    file[place..place + width].iter().rev().fold(0, |number, &byte| number << 8 | usize::from(byte))
}
