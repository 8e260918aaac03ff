//! One variant of a comparison of weights: its survey, its configuration's facts, and its tensors as views.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use parallax_artifact::{DType, Note, Place, StoredTensor, Survey, SurveyFormat, survey};
use parallax_weights::{Facts, Layers, Named, PackedWeight, Stated, TensorView, packed_weights};
use parallax_wire::Error;

use crate::error::{Coded, refuse};

/// A surveyed variant with what the comparison needs of it.
pub(super) struct Side {
    pub(super) survey: Survey,
    pub(super) facts: Facts,
    /// Its tensors, a packed weight as one: with the name and shape that it has unpacked, and the bytes of its codes.
    pub(super) tensors: Vec<StoredTensor>,
    /// What makes up the packed ones, by their place in that list; the places in them are those of the survey.
    pub(super) packed: BTreeMap<usize, PackedWeight>,
    /// SHA-256 of each tensor's bytes, in the same order.
    pub(super) hashes: Vec<String>,
}

impl Side {
    pub(super) fn open(path: &str) -> Result<Self, Error> {
        let survey = survey(Path::new(path)).bad_input()?;
        if survey.tensors().is_empty() {
            if survey.format() == SurveyFormat::Onnx && survey.containers().is_empty() {
                let name = survey.name();
                return Err(refuse(format!("`{name}` holds several ONNX files: name the one that is deployed")));
            }
            return Err(super::without_tensors(survey.name(), survey.format().as_str()));
        }
        let facts = match (survey.gguf(), survey.config()) {
            (Some(gguf), _) => Facts::from_gguf(gguf),
            (None, Some(config)) => Facts::from_config(config),
            (None, None) => Facts::default(),
        };
        let (tensors, packed) = whole_weights(&survey);
        let hashes = tensors.iter().map(|tensor| survey.sha256(tensor)).collect();
        Ok(Side { survey, facts, tensors, packed, hashes })
    }

    pub(super) fn named(&self) -> Vec<Named<'_>> {
        self.tensors
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
        self.stored(&self.tensors[index])
    }

    /// One of the tensors that make up a packed weight.
    pub(super) fn part(&self, place: usize) -> TensorView<'_> {
        self.stored(&self.survey.tensors()[place])
    }

    fn stored<'a>(&'a self, tensor: &'a StoredTensor) -> TensorView<'a> {
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

/// The tensors of a variant, and which of them are packed weights.
fn whole_weights(survey: &Survey) -> (Vec<StoredTensor>, BTreeMap<usize, PackedWeight>) {
    let stored = survey.tensors();
    let config = survey.config().and_then(|config| config.get("quantization_config"));
    let stated = config.or_else(|| survey.document("quantize_config.json")).map(Stated::read).unwrap_or_default();
    let list: Vec<Named<'_>> = stored
        .iter()
        .map(|tensor| Named { name: &tensor.name, shape: &tensor.shape, dtype: tensor.dtype, digest: None })
        .collect();
    let layers: Layers<'_> =
        survey.onnx_uses().iter().map(|found| (found.tensor.as_str(), (found.layer.as_str(), found.turned))).collect();
    let layers = (survey.format() == SurveyFormat::Onnx).then_some(&layers);
    let bytes = |place: usize| survey.bytes(&stored[place]);
    let mut by_codes: BTreeMap<usize, PackedWeight> =
        packed_weights(&list, stated, layers, bytes).into_iter().map(|weight| (weight.codes, weight)).collect();
    let beside: BTreeSet<usize> =
        by_codes.values().flat_map(|weight| weight.places().filter(|place| *place != weight.codes)).collect();
    let (mut tensors, mut packed) = (Vec::new(), BTreeMap::new());
    for (place, tensor) in stored.iter().enumerate().filter(|(place, _)| !beside.contains(place)) {
        let mut tensor = tensor.clone();
        if let Some(weight) = by_codes.remove(&place) {
            (tensor.name, tensor.shape) = (weight.name.clone(), weight.shape.clone());
            tensor.dtype = DType::Opaque { name: weight.type_name(), block: 1, bytes: 1 };
            packed.insert(tensors.len(), weight);
        }
        tensors.push(tensor);
    }
    (tensors, packed)
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
