//! The tensor section of a GGUF: names, shapes, types and exact places.

use std::collections::BTreeSet;

use super::metadata::{self, GgufMetadata};
use super::reader::Reader;
use crate::{DType, GgufFault, TensorInfo, names};

/// The most tensors a file may hold.
const MOST_TENSORS: u64 = 1 << 16;
/// ggml keeps names in 64 bytes, the closing zero included.
const LONGEST_NAME: usize = 63;

/// Reads the header and checks that the tensors fill the rest of the file exactly.
pub(crate) fn parse(bytes: &[u8]) -> Result<(GgufMetadata, Vec<TensorInfo>), GgufFault> {
    let mut reader = Reader::new(bytes);
    if reader.left() < 4 || reader.take(4, "the magic number")? != b"GGUF" {
        return Err(GgufFault::Magic);
    }
    match reader.u32("the version")? {
        2 | 3 => {}
        version if matches!(version.swap_bytes(), 1..=3) => return Err(GgufFault::BigEndian),
        version => return Err(GgufFault::Version { version }),
    }
    let version = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]);
    // A tensor takes at least its name's length, one byte, the dimension count, one dimension, a type and an offset.
    let n_tensors = reader.count(33, MOST_TENSORS, "tensors")?;
    let n_keys = metadata::read_count(&mut reader)?;
    let metadata = metadata::read(&mut reader, n_keys, version)?;
    if n_tensors == 0 {
        return Err(GgufFault::NoTensors);
    }
    let mut tensors = Vec::new();
    let mut seen = BTreeSet::new();
    let mut due = 0u64;
    for _ in 0..n_tensors {
        let (tensor, stored_offset) = read_tensor(&mut reader)?;
        if !seen.insert(tensor.name.clone()) {
            return Err(GgufFault::DuplicateTensor { tensor: tensor.name });
        }
        if stored_offset != due {
            return Err(GgufFault::Offset { tensor: tensor.name, found: stored_offset, expected: due });
        }
        due = due
            .checked_add(tensor.len as u64)
            .and_then(|end| end.checked_next_multiple_of(metadata.alignment as u64))
            .ok_or_else(|| GgufFault::DimensionSize { tensor: tensor.name.clone() })?;
        tensors.push(tensor);
    }
    place(&mut tensors, reader.position(), metadata.alignment, bytes.len())?;
    Ok((metadata, tensors))
}

/// One tensor's entry and the offset it states; its own `offset` is still unset.
fn read_tensor(reader: &mut Reader<'_>) -> Result<(TensorInfo, u64), GgufFault> {
    let name = reader.name(LONGEST_NAME, "a tensor name")?.to_owned();
    let n_dims = reader.u32("a tensor's dimension count")?;
    if !(1..=4).contains(&n_dims) {
        return Err(GgufFault::Dimensions { tensor: name, count: n_dims });
    }
    let mut shape = Vec::with_capacity(n_dims as usize);
    let mut n_elements = 1i64;
    for _ in 0..n_dims {
        let dim = reader.u64("a tensor's dimensions")?;
        // ggml counts in signed 64 bits; a product beyond them has wrapped in readers that did not look.
        n_elements = i64::try_from(dim)
            .ok()
            .filter(|&dim| dim > 0)
            .and_then(|dim| n_elements.checked_mul(dim))
            .ok_or_else(|| GgufFault::DimensionSize { tensor: name.clone() })?;
        shape.push(usize::try_from(dim).map_err(|_| GgufFault::DimensionSize { tensor: name.clone() })?);
    }
    let id = reader.u32("a tensor's type")?;
    let offset = reader.u64("a tensor's offset")?;
    let dtype = DType::from_ggml(id).ok_or_else(|| GgufFault::UnknownTensorType { tensor: name.clone(), id })?;
    let row = shape[0];
    if !row.is_multiple_of(dtype.block_size()) {
        return Err(GgufFault::PartialBlock { tensor: name, row, dtype: dtype.name(), block: dtype.block_size() });
    }
    let len = usize::try_from(n_elements)
        .ok()
        .and_then(|count| (count / dtype.block_size()).checked_mul(dtype.block_bytes()))
        .ok_or_else(|| GgufFault::DimensionSize { tensor: name.clone() })?;
    shape.reverse();
    Ok((TensorInfo { canonical: names::canonical_from_gguf(&name), name, dtype, shape, offset: 0, len }, offset))
}

/// Gives each tensor its place in the file and checks it against the file's end.
fn place(tensors: &mut [TensorInfo], header: usize, alignment: usize, size: usize) -> Result<(), GgufFault> {
    let mut at = header.next_multiple_of(alignment);
    let mut end = at;
    for tensor in tensors {
        end = at.saturating_add(tensor.len);
        if end > size {
            return Err(GgufFault::DataTruncated { tensor: tensor.name.clone(), missing: (end - size) as u64 });
        }
        tensor.offset = at;
        at = end.next_multiple_of(alignment);
    }
    // Writers differ on whether the last tensor is padded; anything else after it is not part of the format.
    if size != end && size != at {
        return Err(GgufFault::TrailingBytes { count: size - end });
    }
    Ok(())
}
