//! The tensor section of a GGUF: names, shapes, types and exact places.

use std::collections::BTreeSet;

use super::metadata::{self, GgufMetadata};
use super::reader::Reader;
use crate::{DType, GgufFault, TensorInfo, names};

/// The most tensors a file may hold.
const MOST_TENSORS: u64 = 1 << 16;
/// The most bytes before the data; the largest real headers, with a whole tokenizer inside, have about 50 MB.
const MOST_HEADER_BYTES: usize = 128 << 20;
/// ggml keeps names in 64 bytes, the closing zero included.
const LONGEST_NAME: usize = 63;

/// Everything before the data.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) metadata: GgufMetadata,
    /// The tensors in the header's order, each name once.
    pub(crate) entries: Vec<Entry>,
    /// The first byte after the header; the data begin at the next multiple of the alignment.
    pub(crate) end: usize,
}

/// What a header says about one tensor.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// Dimensions, outermost first; none of them zero, their product at most 2^63 - 1.
    pub(crate) shape: Vec<usize>,
    /// ggml's number of the type.
    pub(crate) id: u32,
    /// First byte, counted from the beginning of the data.
    pub(crate) offset: u64,
}

/// Reads everything before the data; whether the tensors lie where they may is for the caller to check.
pub(crate) fn read_header(bytes: &[u8]) -> Result<Header, GgufFault> {
    // What lies beyond cannot be header, so that no length in a header can ask for more memory than this.
    let head = &bytes[..bytes.len().min(MOST_HEADER_BYTES)];
    read_bounded(head).map_err(|fault| match fault {
        GgufFault::Truncated { .. } if head.len() < bytes.len() => GgufFault::HeaderTooLong { most: MOST_HEADER_BYTES },
        fault => fault,
    })
}

fn read_bounded(bytes: &[u8]) -> Result<Header, GgufFault> {
    let mut reader = Reader::new(bytes);
    if reader.left() < 4 || reader.take(4, "the magic number")? != b"GGUF" {
        return Err(GgufFault::Magic);
    }
    let version = match reader.u32("the version")? {
        version @ (2 | 3) => version,
        version if matches!(version.swap_bytes(), 1..=3) => return Err(GgufFault::BigEndian),
        version => return Err(GgufFault::Version { version }),
    };
    // A tensor takes at least its name's length, one byte, the dimension count, one dimension, a type and an offset.
    let n_tensors = reader.count(33, MOST_TENSORS, "tensors")?;
    let n_keys = metadata::read_count(&mut reader)?;
    let metadata = metadata::read(&mut reader, n_keys, version)?;
    let mut entries = Vec::new();
    let mut seen = BTreeSet::new();
    for _ in 0..n_tensors {
        let entry = read_entry(&mut reader)?;
        if !seen.insert(entry.name.clone()) {
            return Err(GgufFault::DuplicateTensor { tensor: entry.name });
        }
        entries.push(entry);
    }
    Ok(Header { metadata, entries, end: reader.position() })
}

/// Reads the header and checks that the tensors fill the rest of the file exactly.
pub(crate) fn parse(bytes: &[u8]) -> Result<(GgufMetadata, Vec<TensorInfo>), GgufFault> {
    let Header { metadata, entries, end } = read_header(bytes)?;
    if entries.is_empty() {
        return Err(GgufFault::NoTensors);
    }
    let mut tensors = Vec::new();
    let mut due = 0u64;
    for entry in entries {
        let (dtype, len) = entry.layout()?;
        let Entry { name, shape, offset, .. } = entry;
        if offset != due {
            return Err(GgufFault::Offset { tensor: name, found: offset, expected: due });
        }
        due = due
            .checked_add(len as u64)
            .and_then(|end| end.checked_next_multiple_of(metadata.alignment as u64))
            .ok_or_else(|| GgufFault::DimensionSize { tensor: name.clone() })?;
        tensors.push(TensorInfo { canonical: names::canonical_from_gguf(&name), name, dtype, shape, offset: 0, len });
    }
    place(&mut tensors, end, metadata.alignment, bytes.len())?;
    Ok((metadata, tensors))
}

impl Entry {
    /// The type and the length in bytes.
    pub(crate) fn layout(&self) -> Result<(DType, usize), GgufFault> {
        let tensor = || self.name.clone();
        let dtype =
            DType::from_ggml(self.id).ok_or_else(|| GgufFault::UnknownTensorType { tensor: tensor(), id: self.id })?;
        let row = self.shape.last().copied().unwrap_or(1);
        let block = dtype.block_size();
        if !row.is_multiple_of(block) {
            return Err(GgufFault::PartialBlock { tensor: tensor(), row, dtype: dtype.name(), block });
        }
        let count = self.shape.iter().try_fold(1usize, |count, &dim| count.checked_mul(dim));
        let len = count.and_then(|count| (count / block).checked_mul(dtype.block_bytes()));
        Ok((dtype, len.ok_or_else(|| GgufFault::DimensionSize { tensor: tensor() })?))
    }
}

fn read_entry(reader: &mut Reader<'_>) -> Result<Entry, GgufFault> {
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
    shape.reverse();
    Ok(Entry { name, shape, id, offset })
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
