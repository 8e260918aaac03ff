//! One variant of a comparison of weights: its survey, its configuration's facts, and its tensors as views.

use std::ops::Range;
use std::path::Path;

use parallax_artifact::{Note, Place, Survey, survey};
use parallax_weights::{Facts, Named, TensorView};
use parallax_wire::Error;

use crate::error::Coded;

/// A surveyed variant with what the comparison needs of it.
pub(super) struct Side {
    pub(super) survey: Survey,
    pub(super) facts: Facts,
    /// SHA-256 of each tensor's bytes, in the order of the survey.
    pub(super) hashes: Vec<String>,
}

impl Side {
    pub(super) fn open(path: &str) -> Result<Self, Error> {
        let survey = survey(Path::new(path)).bad_input()?;
        if survey.tensors().is_empty() {
            return Err(super::without_tensors(survey.name(), survey.format().as_str()));
        }
        let facts = match (survey.gguf(), survey.config()) {
            (Some(gguf), _) => Facts::from_gguf(gguf),
            (None, Some(config)) => Facts::from_config(config),
            (None, None) => Facts::default(),
        };
        let hashes = survey.tensors().iter().map(|tensor| survey.sha256(tensor)).collect();
        Ok(Side { survey, facts, hashes })
    }

    pub(super) fn named(&self) -> Vec<Named<'_>> {
        self.survey
            .tensors()
            .iter()
            .zip(&self.hashes)
            .map(|(tensor, hash)| Named {
                name: &tensor.name,
                shape: &tensor.shape,
                dtype: tensor.dtype,
                digest: digest(hash),
            })
            .collect()
    }

    pub(super) fn view(&self, index: usize) -> TensorView<'_> {
        let tensor = &self.survey.tensors()[index];
        TensorView { dtype: tensor.dtype, shape: &tensor.shape, bytes: self.survey.bytes(tensor) }
    }

    /// Some rows of a matrix under the shape that they have together; the whole of any other tensor.
    pub(super) fn rows<'a>(&'a self, index: usize, rows: &Range<usize>, shape: &'a [usize; 2]) -> TensorView<'a> {
        let view = self.view(index);
        if view.shape.len() != 2 || *rows == (0..view.rows()) || rows.end > view.rows() {
            return view;
        }
        let bytes = &view.bytes[rows.start * view.row_len()..rows.end * view.row_len()];
        TensorView { bytes, shape, ..view }
    }
}

/// The bytes behind 64 hex digits.
fn digest(hash: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    for (byte, at) in digest.iter_mut().zip((0..hash.len()).step_by(2)) {
        *byte = u8::from_str_radix(hash.get(at..at + 2)?, 16).ok()?;
    }
    (hash.len() == 64).then_some(digest)
}

/// A remark as a complete sentence, with its place.
pub(crate) fn sentence(note: &Note) -> String {
    match &note.place {
        Place::File => format!("`{}`: {}.", note.file, note.kind),
        Place::Key(key) => format!("`{}`, key `{key}`: {}.", note.file, note.kind),
        Place::Bytes { begin, end } => format!("`{}`, bytes {begin} to {end}: {}.", note.file, note.kind),
    }
}
