//! An ONNX file with the files that its tensors lie in.

use std::path::{Path, PathBuf};

use super::container::{Container, StoredTensor, UNKNOWN, check_claims};
use super::note::{NoteKind, Notes};
use crate::onnx::{self, Data, Initializer, OnnxFault};
use crate::{Error, safetensors};

/// What was opened: the model first, then the files that its tensors lie in.
pub(super) struct Opened {
    pub(super) containers: Vec<Container>,
    pub(super) tensors: Vec<StoredTensor>,
    /// Names and paths of the files besides the model.
    pub(super) beside: Vec<(String, PathBuf)>,
}

/// Opens a model by its name in the variant; its tensors come by file and place.
pub(super) fn open(path: &Path, name: &str, label: &str, notes: &mut Notes) -> Result<Opened, Error> {
    let wrong = |fault| Error::Onnx { file: label.to_owned(), fault };
    let mut model = Container::open(path, name, label)?;
    let found = onnx::read(&model.map).map_err(wrong)?;
    model.onnx = found.uses;
    let (mut containers, mut beside) = (vec![model], Vec::new());
    let mut tensors = Vec::with_capacity(found.initializers.len());
    for tensor in found.initializers {
        let file = match &tensor.data {
            Data::Here { .. } => 0,
            Data::Beside { location, .. } => {
                let prefix = name.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
                let name = format!("{prefix}{location}");
                match containers.iter().position(|container| container.name == name) {
                    Some(file) => file,
                    None => {
                        let path = path.with_file_name(location);
                        if !path.is_file() {
                            return Err(wrong(OnnxFault::Missing { location: location.clone() }));
                        }
                        containers.push(Container::open(&path, &name, &crate::error::shown(&name))?);
                        beside.push((name, path));
                        containers.len() - 1
                    }
                }
            }
        };
        tensors.push(placed(tensor, file, containers[file].size()).map_err(wrong)?);
    }
    for (file, container) in containers.iter().enumerate() {
        let here: Vec<StoredTensor> = tensors.iter().filter(|tensor| tensor.file == file).cloned().collect();
        let available = container.size();
        check_claims(&here, available).map_err(|claimed| wrong(OnnxFault::Overlaps { claimed, available }))?;
    }
    // Stable, as for other formats: the empty ones come before what begins where they lie.
    tensors.sort_by_key(|tensor| (tensor.file, tensor.offset, tensor.len > 0));
    if tensors.is_empty() {
        notes.about_bytes(name, found.begin, containers[0].size(), NoteKind::NoTensors);
    }
    Ok(Opened { containers, tensors, beside })
}

/// A tensor with its place in a file of so many bytes.
pub(crate) fn placed(tensor: Initializer, file: usize, size: usize) -> Result<StoredTensor, OnnxFault> {
    let shape: Vec<u64> = tensor.shape.iter().map(|&side| side as u64).collect();
    let expected = tensor.dtype.as_ref().ok().and_then(|dtype| safetensors::byte_length(*dtype, &shape));
    let (begin, len) = match tensor.data {
        Data::Here { offset, len } => (offset as u64, len as u64),
        Data::Beside { offset, len, .. } => {
            (offset, len.or(expected).unwrap_or_else(|| (size as u64).saturating_sub(offset)))
        }
    };
    let inside = begin.checked_add(len).filter(|end| *end <= size as u64);
    if inside.is_none() {
        return Err(OnnxFault::External { tensor: tensor.name });
    }
    let (dtype, unknown_type) = match tensor.dtype {
        Ok(dtype) if expected == Some(len) => (dtype, None),
        Ok(dtype) => {
            return Err(OnnxFault::Length { tensor: tensor.name, dtype: dtype.name(), shape: tensor.shape, len });
        }
        Err(name) => (UNKNOWN, Some(name)),
    };
    let (offset, len) = (begin as usize, len as usize);
    Ok(StoredTensor { name: tensor.name, dtype, unknown_type, shape: tensor.shape, file, offset, len })
}
