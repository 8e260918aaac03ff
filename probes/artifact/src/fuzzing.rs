//! The readers as functions over bytes, for fuzzing: each must come back, and what it gives must hold together.
//! Used by the fuzz targets under `tests`, and by nothing of the product.

use crate::map::Pages;
use crate::survey::{
    Notes, SplitKeys, SplitName, StoredTensor, check_index, parse_index, place_onnx, read_gguf, read_safetensors,
};
use crate::{gguf, json, onnx, safetensors};

/// The header of a safetensors file with its data, strictly and for looking.
///
/// # Panics
/// When a tensor lies outside the file, or when the strict reader takes what the other one refuses.
pub fn safetensors(bytes: &[u8]) {
    let strict = safetensors::parse(bytes);
    let loose = read_safetensors("noise", &Pages { bytes, map: None }, &mut Notes::default());
    if let Ok(parsed) = &loose {
        inside(&parsed.tensors, bytes.len());
    }
    if let Ok(tensors) = strict {
        let loose = loose.expect("what may be run may be looked at");
        assert_eq!(tensors.len(), loose.tensors.len(), "both see the same tensors");
    }
}

/// A GGUF with its data and what it says of a set of files, strictly and for looking.
///
/// # Panics
/// When a tensor lies outside the file, or when the strict reader takes what the other one refuses.
pub fn gguf(bytes: &[u8]) {
    let strict = gguf::parse(bytes);
    let loose = read_gguf("noise", &Pages { bytes, map: None }, &mut Notes::default());
    if let Ok(parsed) = &loose {
        inside(&parsed.tensors, bytes.len());
        let metadata = parsed.gguf.as_ref().expect("a GGUF has metadata");
        if let (Ok(Some(keys)), Some(name)) = (SplitKeys::read(metadata), SplitName::parse("a-00002-of-00003.gguf")) {
            // Any answer will do; it must only come.
            let _ = keys.check(&name, parsed.tensors.len() as u64);
        }
    }
    if let Ok((_, tensors)) = strict {
        let loose = loose.expect("what may be run may be looked at");
        assert_eq!(tensors.len(), loose.tensors.len(), "both see the same tensors");
    }
}

/// An ONNX model.
///
/// # Panics
/// When a tensor lies outside the file.
pub fn onnx(bytes: &[u8]) {
    if let Ok(model) = onnx::read(bytes) {
        let placed = |tensor| place_onnx(tensor, 0, bytes.len()).ok();
        let mut tensors: Vec<StoredTensor> = model.initializers.into_iter().filter_map(placed).collect();
        tensors.sort_by_key(|tensor| tensor.offset);
        inside(&tensors, bytes.len());
    }
}

/// `model.safetensors.index.json`.
///
/// # Panics
/// When a tensor points at a file that is not listed.
pub fn index(bytes: &[u8]) {
    if let Ok(index) = parse_index(bytes) {
        assert!(index.weight_map.values().all(|&file| file < index.shards.len()), "every tensor has its file");
        let _ = check_index(&index);
    }
}

/// `config.json` and every other JSON file that is kept as a tree.
///
/// # Panics
/// When a tree is not read back as it was written.
pub fn config(bytes: &[u8]) {
    if let Ok(value) = json::parse_json(bytes) {
        let mut notes = Notes::default();
        crate::survey::note_document(&value, &mut notes);
        assert_eq!(json::parse_json(value.to_string().as_bytes()), Ok(value), "what is written is read back");
    }
}

fn inside(tensors: &[StoredTensor], size: usize) {
    for tensor in tensors {
        assert!(tensor.offset.checked_add(tensor.len).is_some_and(|end| end <= size), "{} lies inside", tensor.name);
        assert!(tensor.n_elements() == 0 || !tensor.shape.contains(&0), "{} counts its elements", tensor.name);
    }
    assert!(tensors.is_sorted_by_key(|tensor| tensor.offset), "tensors come in the order of their places");
}
