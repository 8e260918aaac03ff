//! One weights file of a variant: its map, and the tensors that its header places in it.

use std::path::Path;
use std::time::SystemTime;

use memmap2::Mmap;

use super::note::{NoteKind, Notes};
use super::place::{Placed, note_places};
use crate::error::shown;
use crate::map::{Pages, map};
use crate::onnx::OnnxUse;
use crate::safetensors::{self, Reading};
use crate::{DType, Error, GgufFault, GgufMetadata, SafetensorsFault, gguf};

/// What stands for a type that is not known: bytes, one by one.
pub(super) const UNKNOWN: DType = DType::Opaque { name: "unknown", block: 1, bytes: 1 };

/// Name, type, shape and place of one tensor in one of a variant's weight files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTensor {
    /// The name as stored: not empty, without control characters, one of its kind in the variant.
    pub name: String,
    /// Storage type. For a type that is not known it is `Opaque` with the name `unknown`:
    /// its length then follows from the next tensor's place and not from the shape.
    pub dtype: DType,
    /// What the file calls a type that is not known: `type 77` in a GGUF, the header's own word in safetensors.
    pub unknown_type: Option<String>,
    /// Dimensions, outermost first: `[rows, columns]` for a matrix. GGUF stores them the other way round.
    pub shape: Vec<usize>,
    /// Position of its file in [`Survey::containers`](crate::Survey::containers).
    pub file: usize,
    /// First byte, counted from the beginning of that file.
    pub offset: usize,
    /// Length in bytes.
    pub len: usize,
}

impl StoredTensor {
    /// Number of elements; 1 for a scalar. Checked when the file was opened; for a type that is not known it may exceed
    /// what the bytes can hold.
    pub fn n_elements(&self) -> u64 {
        self.shape.iter().fold(1u64, |count, &dim| count.saturating_mul(dim as u64))
    }

    /// The name of its type as people know it, for example `Q4_K`, `F8_E4M3` or `type 77`.
    pub fn type_name(&self) -> &str {
        self.unknown_type.as_deref().unwrap_or_else(|| self.dtype.name())
    }
}

/// A weights file, mapped into memory.
#[derive(Debug)]
pub struct Container {
    pub(super) name: String,
    pub(super) map: Mmap,
    /// Size and time of the last change when it was opened.
    stamp: (u64, Option<SystemTime>),
    pub(super) metadata: Vec<(String, String)>,
    pub(super) gguf: Option<GgufMetadata>,
    pub(super) onnx: Vec<OnnxUse>,
}

impl Container {
    /// Maps a file, of which nothing is read yet.
    pub(super) fn open(path: &Path, name: &str, label: &str) -> Result<Self, Error> {
        let unreadable = |reason| Error::Unreadable { file: label.to_owned(), reason };
        let stamp = stamp(path).map_err(unreadable)?;
        let map = map(path).map_err(unreadable)?;
        Ok(Self { name: name.to_owned(), map, stamp, metadata: Vec::new(), gguf: None, onnx: Vec::new() })
    }

    /// Its name inside the variant's folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its size in bytes when it was opened.
    pub fn size(&self) -> usize {
        self.map.len()
    }

    /// The `__metadata__` of a safetensors header in its order; empty otherwise.
    pub fn safetensors_metadata(&self) -> &[(String, String)] {
        &self.metadata
    }

    /// What a GGUF says outside its tensors.
    pub fn gguf(&self) -> Option<&GgufMetadata> {
        self.gguf.as_ref()
    }

    pub(super) fn pages(&self) -> Pages<'_> {
        Pages::of_map(&self.map)
    }

    /// Whether the file at the path is still as it was when it was opened, as far as size and time tell.
    pub(super) fn is_unchanged(&self, path: &Path) -> bool {
        stamp(path).is_ok_and(|now| now == self.stamp)
    }
}

fn stamp(path: &Path) -> std::io::Result<(u64, Option<SystemTime>)> {
    let metadata = std::fs::metadata(path)?;
    Ok((metadata.len(), metadata.modified().ok()))
}

/// What a header says once its tensors are known to lie in the file.
pub(crate) struct Parsed {
    pub(crate) tensors: Vec<StoredTensor>,
    pub(crate) metadata: Vec<(String, String)>,
    pub(crate) gguf: Option<GgufMetadata>,
}

/// Maps a file, reads its header, and notes how its tensors lie. They come sorted by place.
pub(super) fn open_container(
    path: &Path,
    name: &str,
    label: &str,
    file: usize,
    notes: &mut Notes,
) -> Result<(Container, Vec<StoredTensor>), Error> {
    let mut container = Container::open(path, name, label)?;
    let pages = container.pages();
    let Parsed { mut tensors, metadata, gguf } = if name.ends_with(".gguf") {
        read_gguf(name, &pages, notes).map_err(|fault| Error::Gguf { file: label.to_owned(), fault })?
    } else {
        read_safetensors(name, &pages, notes).map_err(|fault| Error::Safetensors { file: label.to_owned(), fault })?
    };
    tensors.iter_mut().for_each(|tensor| tensor.file = file);
    (container.metadata, container.gguf) = (metadata, gguf);
    Ok((container, tensors))
}

/// Reads a safetensors file for looking at it.
pub(crate) fn read_safetensors(file: &str, pages: &Pages<'_>, notes: &mut Notes) -> Result<Parsed, SafetensorsFault> {
    let size = pages.bytes.len();
    let header = safetensors::read_header(pages.bytes, Reading::Tolerant)?;
    if header.leading > 0 {
        notes.about_bytes(file, 8, 8 + header.leading, NoteKind::LeadingSpace { count: header.leading });
    }
    if header.trailing.len() >= 8 || header.trailing.chars().any(|character| character != ' ') {
        let count = header.trailing.len();
        notes.about_bytes(file, header.data_begin - count, header.data_begin, NoteKind::HeaderSpace { count });
    }
    let mut tensors = Vec::with_capacity(header.entries.len());
    for (name, entry) in header.entries {
        let name = safetensors::checked_name(name)?;
        for field in &entry.extra {
            notes.about_key(
                file,
                &format!("{name}.{field}"),
                NoteKind::ExtraField { tensor: name.clone(), field: shown(field) },
            );
        }
        let (begin, end) = entry.data_offsets;
        let len = end.checked_sub(begin).ok_or_else(|| SafetensorsFault::Reversed { tensor: name.clone() })?;
        let place = |offset: u64| offset.checked_add(header.data_begin as u64);
        let (Some(first), Some(last)) = (place(begin), place(end).filter(|&last| last <= size as u64)) else {
            let [begin, end] = [begin, end].map(|offset| offset.saturating_add(header.data_begin as u64));
            return Err(SafetensorsFault::OutOfFile { tensor: name, begin, end, size });
        };
        debug_assert!(first <= last, "both come from the same offsets");
        let known = DType::from_safetensors(&entry.dtype);
        let dtype = known.unwrap_or(UNKNOWN);
        let expected = safetensors::byte_length(dtype, &entry.shape);
        let unknown_type = known.is_none().then(|| entry.shown_type());
        // A shape whose elements cannot be counted is a lie under every type.
        if expected.is_none() || (known.is_some() && expected != Some(len)) {
            return Err(SafetensorsFault::Length { tensor: name, dtype: dtype.name(), shape: entry.shape, len });
        }
        if let Some(type_name) = &unknown_type {
            let kind = NoteKind::UnknownType { tensor: name.clone(), type_name: type_name.clone(), len };
            notes.about_bytes(file, first as usize, last as usize, kind);
        }
        let shape = entry.shape.iter().map(|&dim| dim as usize).collect();
        tensors.push(StoredTensor {
            name,
            dtype,
            unknown_type,
            shape,
            file: 0,
            offset: first as usize,
            len: len as usize,
        });
    }
    check_claims(&tensors, size).map_err(|claimed| SafetensorsFault::Overlaps { claimed, available: size })?;
    finish(file, pages, header.data_begin, 1, &mut tensors, notes);
    Ok(Parsed { tensors, metadata: header.metadata, gguf: None })
}

/// Reads a GGUF for looking at it.
pub(crate) fn read_gguf(file: &str, pages: &Pages<'_>, notes: &mut Notes) -> Result<Parsed, GgufFault> {
    let size = pages.bytes.len();
    let gguf::Header { metadata, entries, end } = gguf::read_header(pages.bytes)?;
    let alignment = metadata.alignment();
    // A file without tensors may end where its header does, without padding.
    let data = end.next_multiple_of(alignment).min(size.max(end));
    let mut begins = entries.iter().map(|entry| entry.offset).collect::<Vec<_>>();
    begins.sort_unstable();
    let mut tensors = Vec::with_capacity(entries.len());
    for entry in entries {
        let name = entry.name.clone();
        let out_of_file = |begin: u64, end: u64| {
            let [begin, end] = [begin, end].map(|offset| offset.saturating_add(data as u64));
            GgufFault::OutOfFile { tensor: name.clone(), begin, end, size }
        };
        let left = (size - data.min(size)) as u64;
        let (dtype, len, unknown_type) = match entry.layout() {
            Ok((dtype, len)) => (dtype, len, None),
            Err(GgufFault::UnknownTensorType { id, .. }) => {
                let next = begins.get(begins.partition_point(|&begin| begin <= entry.offset)).copied().unwrap_or(left);
                let next = next.min(left);
                let len = next.checked_sub(entry.offset).ok_or_else(|| out_of_file(entry.offset, entry.offset))?;
                (UNKNOWN, len as usize, Some(format!("type {id}")))
            }
            Err(fault) => return Err(fault),
        };
        let end = entry.offset.checked_add(len as u64).filter(|&end| end <= left);
        let end = end.ok_or_else(|| out_of_file(entry.offset, entry.offset.saturating_add(len as u64)))?;
        let offset = data + entry.offset as usize;
        if !entry.offset.is_multiple_of(alignment as u64) {
            let kind = NoteKind::Unaligned { tensor: name.clone(), alignment };
            notes.about_bytes(file, offset, data + end as usize, kind);
        }
        if let Some(type_name) = &unknown_type {
            let kind = NoteKind::UnknownType { tensor: name.clone(), type_name: type_name.clone(), len: len as u64 };
            notes.about_bytes(file, offset, data + end as usize, kind);
        }
        tensors.push(StoredTensor { name, dtype, unknown_type, shape: entry.shape, file: 0, offset, len });
    }
    check_claims(&tensors, size).map_err(|claimed| GgufFault::Overlaps { claimed, available: size })?;
    finish(file, pages, end, alignment, &mut tensors, notes);
    Ok(Parsed { tensors, metadata: Vec::new(), gguf: Some(metadata) })
}

/// Refuses a file whose tensors share so many bytes that reading each would take far longer than reading the file.
pub(super) fn check_claims(tensors: &[StoredTensor], size: usize) -> Result<(), u64> {
    let claimed = tensors.iter().fold(0u64, |sum, tensor| sum.saturating_add(tensor.len as u64));
    if claimed > (size as u64).saturating_mul(2) { Err(claimed) } else { Ok(()) }
}

fn finish(
    file: &str,
    pages: &Pages<'_>,
    data: usize,
    alignment: usize,
    tensors: &mut [StoredTensor],
    notes: &mut Notes,
) {
    // Stable: tensors in one place stay in the header's order. The empty ones come before what begins where they lie.
    tensors.sort_by_key(|tensor| (tensor.offset, tensor.len > 0));
    let places: Vec<Placed<'_>> = tensors
        .iter()
        .map(|tensor| Placed { name: &tensor.name, begin: tensor.offset, end: tensor.offset + tensor.len })
        .collect();
    note_places(file, pages, data, alignment, &places, notes);
    if tensors.is_empty() {
        notes.about_file(file, NoteKind::NoTensors);
    }
}
