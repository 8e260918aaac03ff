//! Safetensors files: the header, and places without holes or overlaps. Tensor values are not decoded.
//! Format: the safetensors README (huggingface/safetensors), section "Format".

mod header;

pub(crate) use header::{Header, Reading, byte_length, checked_name, read_header};

use crate::{DType, SafetensorsFault, TensorInfo};

/// Reads the header and checks that the tensors fill the rest of the file exactly. Tensors come in file order.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<TensorInfo>, SafetensorsFault> {
    let Header { mut entries, data_begin: first_byte, .. } = read_header(bytes, Reading::Strict)?;
    entries.sort_by_key(|(_, entry)| (entry.data_offsets.0, entry.data_offsets.1));
    if entries.is_empty() {
        return Err(SafetensorsFault::NoTensors);
    }
    let data_len = bytes.len() - first_byte;
    let mut tensors = Vec::with_capacity(entries.len());
    let mut due = 0u64;
    for (name, entry) in entries {
        let name = checked_name(name)?;
        let (begin, end) = entry.data_offsets;
        if begin != due {
            return Err(SafetensorsFault::Offset { tensor: name, found: begin, expected: due });
        }
        let len = end.checked_sub(begin).ok_or_else(|| SafetensorsFault::Reversed { tensor: name.clone() })?;
        let dtype = DType::from_safetensors(&entry.dtype)
            .ok_or_else(|| SafetensorsFault::UnknownType { tensor: name.clone(), dtype: entry.shown_type() })?;
        if byte_length(dtype, &entry.shape) != Some(len) {
            return Err(SafetensorsFault::Length { tensor: name, dtype: dtype.name(), shape: entry.shape, len });
        }
        if end > data_len as u64 {
            return Err(SafetensorsFault::End { end, data: data_len });
        }
        due = end;
        tensors.push(TensorInfo {
            name,
            canonical: None,
            dtype,
            shape: entry.shape.iter().map(|&dim| dim as usize).collect(),
            offset: first_byte + begin as usize,
            len: len as usize,
        });
    }
    if due != data_len as u64 {
        return Err(SafetensorsFault::End { end: due, data: data_len });
    }
    Ok(tensors)
}
