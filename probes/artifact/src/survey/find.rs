//! Which files a path means: a folder, a single file, a set of split files, an adapter.

use std::path::{Path, PathBuf};

use super::SurveyFormat;
use super::split::SplitName;
use crate::file::KNOWN;
use crate::folder::{Folder, Look, look};
use crate::{Error, Role};

/// Names that count in a survey besides those that count for running.
pub(super) const ALSO_KNOWN: [(&str, Role); 5] = [
    ("adapter_config.json", Role::Config),
    ("quantize_config.json", Role::Config),
    ("quant_config.json", Role::Config),
    ("processor_config.json", Role::Config),
    ("preprocessor_config.json", Role::Config),
];
pub(super) const INDEX: &str = "model.safetensors.index.json";
const ADAPTER: &str = "adapter_model.safetensors";

/// What a path means.
pub(super) struct Found {
    pub(super) folder: Folder,
    pub(super) format: SurveyFormat,
    /// Weight files by name, with their paths; in a sharded folder they follow from the index.
    pub(super) weights: Vec<(String, PathBuf)>,
    /// Whether the whole folder was named, so that all its known files belong to the variant.
    pub(super) whole_folder: bool,
    /// Files of weights that are only hashed.
    pub(super) hashed_only: Vec<String>,
}

impl Found {
    /// A file's name for messages: with its folder, where the folder was named.
    pub(super) fn label(&self, name: &str) -> String {
        if self.whole_folder { self.folder.label(name) } else { crate::error::shown(name) }
    }

    /// What a file is for; `None` for one that does not count.
    pub(super) fn role_of(&self, name: &str) -> Option<Role> {
        if self.weights.iter().any(|(weights, _)| weights == name) || self.hashed_only.iter().any(|file| file == name) {
            return Some(Role::Weights);
        }
        if name == INDEX {
            return (self.format == SurveyFormat::ShardedFolder).then_some(Role::Config);
        }
        // Beside a GGUF that was named by itself only the tokenizer belongs to it; the rest may be its neighbours'.
        if !self.whole_folder && matches!(self.format, SurveyFormat::Gguf | SurveyFormat::SplitGguf) {
            return (name == "tokenizer.json").then_some(Role::Tokenizer);
        }
        let also = ALSO_KNOWN.iter().find(|(known, _)| *known == name).map(|&(_, role)| role);
        Role::of(name).filter(|&role| role != Role::Weights).or(also)
    }
}

/// Works out what a path means. Opens nothing yet.
pub(super) fn find(path: &Path) -> Result<Found, Error> {
    let (name, parent) = match look(path)? {
        Look::Folder => return in_folder(path),
        Look::File { name, parent } => (name, parent),
    };
    if name.ends_with(".gguf") {
        return beside_gguf(path, parent, &name);
    }
    if name.ends_with(".onnx") {
        return Ok(beside_onnx(path, parent, name));
    }
    if !name.ends_with(".safetensors") {
        return Err(Error::UnknownFormat { file: name });
    }
    let known = KNOWN.iter().chain(&ALSO_KNOWN).map(|(known, _)| *known);
    let folder = Folder::beside(parent, known.chain([INDEX, name.as_str()]));
    let is_adapter = name == ADAPTER && folder.has("adapter_config.json");
    let format = if is_adapter { SurveyFormat::Adapter } else { SurveyFormat::Safetensors };
    let weights = vec![(name, path.to_path_buf())];
    Ok(Found { folder, format, weights, whole_folder: false, hashed_only: Vec::new() })
}

/// An ONNX file that was named by itself; the files that its tensors lie in follow from it.
fn beside_onnx(path: &Path, parent: &Path, name: String) -> Found {
    let data = ["_data", ".data"].map(|ending| format!("{name}{ending}"));
    let known = KNOWN.iter().chain(&ALSO_KNOWN).map(|(known, _)| *known);
    let folder = Folder::beside(parent, known.chain([name.as_str()]).chain(data.iter().map(String::as_str)));
    let hashed_only = data.into_iter().filter(|name| folder.has(name)).collect();
    let weights = vec![(name, path.to_path_buf())];
    Found { folder, format: SurveyFormat::Onnx, weights, whole_folder: false, hashed_only }
}

/// A GGUF that was named by itself, with the other files of its set.
fn beside_gguf(path: &Path, parent: &Path, name: &str) -> Result<Found, Error> {
    let split = SplitName::parse(name);
    let names = match &split {
        None => vec![name.to_owned()],
        Some(split) => {
            split.check().map_err(|fault| Error::Split { file: name.to_owned(), fault })?;
            (1..=split.count).map(|number| split.file(number)).collect()
        }
    };
    let folder = Folder::beside(parent, names.iter().map(String::as_str).chain(["tokenizer.json"]));
    let mut weights = Vec::new();
    for other in names {
        if other == name {
            weights.push((other, path.to_path_buf()));
        } else if folder.has(&other) {
            let path = folder.path(&other)?;
            weights.push((other, path));
        } else {
            return Err(missing(name.to_owned(), split.as_ref(), other));
        }
    }
    let format = if split.is_some() { SurveyFormat::SplitGguf } else { SurveyFormat::Gguf };
    Ok(Found { folder, format, weights, whole_folder: false, hashed_only: Vec::new() })
}

fn missing(file: String, split: Option<&SplitName>, missing: String) -> Error {
    let count = split.map_or(1, |split| split.count);
    Error::Split { file, fault: super::SplitFault::Missing { count, missing } }
}

/// What could be meant by a folder, and the files of it.
enum Candidate {
    Single(String),
    Sharded,
    Gguf(String),
    Split(SplitName),
    Adapter,
}

fn in_folder(path: &Path) -> Result<Found, Error> {
    let folder = Folder::list(path)?;
    let candidates = candidates(&folder);
    let single = match &candidates[..] {
        [single] => single,
        [] => return without_tensors(folder),
        several => {
            let mut names: Vec<String> = several.iter().map(|candidate| format!("`{}`", candidate.shown())).collect();
            names.sort();
            return Err(Error::SeveralModels { folder: folder.name().to_owned(), names: names.join(", ") });
        }
    };
    let (format, names) = match single {
        Candidate::Single(name) => (SurveyFormat::HuggingFaceFolder, vec![name.clone()]),
        Candidate::Sharded => (SurveyFormat::ShardedFolder, Vec::new()),
        Candidate::Gguf(name) => (SurveyFormat::Gguf, vec![name.clone()]),
        Candidate::Adapter => (SurveyFormat::Adapter, vec![ADAPTER.to_owned()]),
        Candidate::Split(split) => {
            let first = split.file(split.number);
            split.check().map_err(|fault| Error::Split { file: folder.label(&first), fault })?;
            let names: Vec<String> = (1..=split.count).map(|number| split.file(number)).collect();
            if let Some(absent) = names.iter().find(|name| !folder.has(name)) {
                return Err(missing(folder.label(&first), Some(split), absent.clone()));
            }
            (SurveyFormat::SplitGguf, names)
        }
    };
    let mut weights = Vec::new();
    for name in names {
        let path = folder.path(&name)?;
        weights.push((name, path));
    }
    Ok(Found { folder, format, weights, whole_folder: true, hashed_only: Vec::new() })
}

impl Candidate {
    fn shown(&self) -> String {
        match self {
            Candidate::Single(name) | Candidate::Gguf(name) => crate::error::shown(name),
            Candidate::Sharded => INDEX.to_owned(),
            Candidate::Split(split) => crate::error::shown(&split.file(split.number)),
            Candidate::Adapter => ADAPTER.to_owned(),
        }
    }
}

fn candidates(folder: &Folder) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    let top = || folder.names().filter(|name| !name.contains('/'));
    if folder.has("model.safetensors") {
        candidates.push(Candidate::Single("model.safetensors".to_owned()));
    } else if folder.has(INDEX) {
        candidates.push(Candidate::Sharded);
    } else {
        let others = top().filter(|name| name.ends_with(".safetensors") && *name != ADAPTER);
        candidates.extend(others.map(|name| Candidate::Single(name.to_owned())));
    }
    if folder.has(ADAPTER) && folder.has("adapter_config.json") {
        candidates.push(Candidate::Adapter);
    }
    for name in top().filter(|name| name.ends_with(".gguf")) {
        match SplitName::parse(name) {
            None => candidates.push(Candidate::Gguf(name.to_owned())),
            Some(split) => {
                let known =
                    |candidate: &Candidate| matches!(candidate, Candidate::Split(other) if other.is_beside(&split));
                if !candidates.iter().any(known) {
                    candidates.push(Candidate::Split(split));
                }
            }
        }
    }
    candidates
}

/// A folder of ONNX files: one is opened, of several which is deployed is not known. Pickles are named, the rest is no model.
fn without_tensors(folder: Folder) -> Result<Found, Error> {
    let is_onnx = |name: &str| name.ends_with(".onnx") || name.ends_with(".onnx_data") || name.ends_with(".onnx.data");
    let hashed_only: Vec<String> = folder.names().filter(|name| is_onnx(name)).map(str::to_owned).collect();
    let models: Vec<&String> = hashed_only.iter().filter(|name| name.ends_with(".onnx")).collect();
    if !models.is_empty() {
        let weights = match models[..] {
            [only] => vec![(only.clone(), folder.path(only)?)],
            _ => Vec::new(),
        };
        return Ok(Found { folder, format: SurveyFormat::Onnx, weights, whole_folder: true, hashed_only });
    }
    let name = folder.name().to_owned();
    let pickle = folder.names().find(|name| !name.contains('/') && is_pickle(name) && *name != "training_args.bin");
    Err(match pickle {
        Some(file) => Error::Pickle { file: crate::error::shown(file), folder: name },
        None if folder.has("config.json") => Error::NoWeights { folder: name },
        None => Error::NoModel { folder: name },
    })
}

/// Whether files with this ending are usually written with Python's pickle.
pub(super) fn is_pickle(name: &str) -> bool {
    [".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"].iter().any(|ending| name.ends_with(ending))
}
