//! A variant: opened, checked, hashed, and ready to be read tensor by tensor.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use crate::file::{KNOWN, format_of, sha256_hex};
use crate::folder::{Folder, Look, display_name, look};
use crate::hugging_face::{self, HuggingFaceConfig, Sources};
use crate::map::map;
use crate::{
    ArtifactFile, BertConfig, Error, GgufMetadata, Role, TensorInfo, UncountedFile, bert, gguf, names, safetensors,
};

/// How a variant is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A folder with `config.json` and `model.safetensors`.
    HuggingFaceFolder,
    /// One safetensors file, its config beside it.
    Safetensors,
    /// One GGUF file, or a folder with one.
    Gguf,
}

impl Format {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::HuggingFaceFolder => "hugging-face-folder",
            Format::Safetensors => "safetensors",
            Format::Gguf => "gguf",
        }
    }
}

/// One version of a model: its files, what they say, and its tensors.
#[derive(Debug)]
pub struct Variant {
    name: String,
    path: PathBuf,
    format: Format,
    files: Vec<ArtifactFile>,
    uncounted: Vec<UncountedFile>,
    config: BertConfig,
    labels: Vec<String>,
    tensors: Vec<TensorInfo>,
    by_canonical: BTreeMap<String, usize>,
    weights: Mmap,
    weights_file: String,
    tokenizer_json: Option<Vec<u8>>,
    gguf: Option<GgufMetadata>,
}

/// Opens a Hugging Face folder, a `.safetensors` file, a `.gguf` file or a folder with exactly one `.gguf`.
///
/// # Errors
/// One sentence that names the file and the reason; nothing is opened halfway.
pub fn open(path: &Path) -> Result<Variant, Error> {
    let (name, parent) = match look(path)? {
        Look::Folder => return open_folder(path),
        Look::File { name, parent } => (name, parent),
    };
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("safetensors") => {
            let folder = Folder::beside(parent, KNOWN.iter().map(|(known, _)| *known).chain([name.as_str()]));
            if !folder.has("config.json") {
                return Err(Error::NoConfig { file: name });
            }
            open_hugging_face(path, &folder, &name, path, Format::Safetensors)
        }
        Some("gguf") => {
            let folder = Folder::beside(parent, ["tokenizer.json", name.as_str()].into_iter());
            open_gguf(path, &folder, &name, path, false)
        }
        _ => Err(Error::UnknownFormat { file: name }),
    }
}

fn open_folder(path: &Path) -> Result<Variant, Error> {
    let folder = Folder::list(path)?;
    let ggufs: Vec<&str> = folder.names().filter(|name| name.ends_with(".gguf") && !name.contains('/')).collect();
    let safetensors = folder.has("model.safetensors");
    let mut candidates = ggufs.clone();
    candidates.extend(safetensors.then_some("model.safetensors"));
    match (&candidates[..], safetensors) {
        ([_], true) if folder.has("config.json") => open_hugging_face(
            path,
            &folder,
            "model.safetensors",
            &folder.path("model.safetensors")?,
            Format::HuggingFaceFolder,
        ),
        ([_], true) => Err(Error::NoConfig { file: folder.label("model.safetensors") }),
        ([name], false) => open_gguf(path, &folder, name, &folder.path(name)?, true),
        ([], _) if folder.has("model.safetensors.index.json") => {
            Err(Error::Sharded { folder: folder.name().to_owned() })
        }
        ([], _) if folder.has("config.json") => Err(Error::NoWeights { folder: folder.name().to_owned() }),
        ([], _) => Err(Error::NoModel { folder: folder.name().to_owned() }),
        _ => {
            let names = candidates.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            Err(Error::SeveralModels { folder: folder.name().to_owned(), names })
        }
    }
}

fn open_hugging_face(
    path: &Path,
    folder: &Folder,
    weights_name: &str,
    weights_path: &Path,
    format: Format,
) -> Result<Variant, Error> {
    let label = match format {
        Format::Safetensors => weights_name.to_owned(),
        Format::HuggingFaceFolder | Format::Gguf => folder.label(weights_name),
    };
    let mut texts = Texts::default();
    let steps = match texts.read(folder, "modules.json")? {
        Some(bytes) => Some(hugging_face::read_steps(&folder.label("modules.json"), bytes)?),
        None => None,
    };
    let pooling_name = match &steps {
        Some(steps) => steps.pooling_folder.as_ref().map(|name| format!("{name}/config.json")),
        None => Some("1_Pooling/config.json".to_owned()),
    };
    for name in ["config.json", "sentence_bert_config.json", "tokenizer_config.json"] {
        texts.read(folder, name)?;
    }
    if let Some(name) = &pooling_name {
        texts.read(folder, name)?;
    }
    let labelled = |name: &str| texts.get(name).map(|bytes| (folder.label(name), bytes));
    let config_file = folder.label("config.json");
    let sentence = labelled("sentence_bert_config.json");
    let tokenizer = labelled("tokenizer_config.json");
    let pooling = pooling_name.as_deref().and_then(labelled);
    let sources = Sources {
        config_file: &config_file,
        config: texts.get("config.json").unwrap_or_default(),
        sentence: sentence.as_ref().map(|(file, bytes)| (file.as_str(), *bytes)),
        tokenizer: tokenizer.as_ref().map(|(file, bytes)| (file.as_str(), *bytes)),
        steps,
        pooling: pooling.as_ref().map(|(file, bytes)| (file.as_str(), *bytes)),
    };
    let HuggingFaceConfig { bert: config, labels, sequence_head } = hugging_face::read_config(&sources)?;

    let weights = map_weights(weights_path, &label)?;
    let fault = |fault| Error::Safetensors { file: label.clone(), fault };
    let mut tensors = safetensors::parse(&weights).map_err(fault)?;
    let bare =
        |name: &str| tensors.iter().any(|tensor| tensor.name.strip_prefix("bert.").unwrap_or(&tensor.name) == name);
    // Only a model over whole texts has a pooler under its classifier; one over single tokens has none.
    let head = sequence_head.unwrap_or_else(|| bare("classifier.weight") && bare("pooler.dense.weight"));
    for tensor in &mut tensors {
        tensor.canonical = names::canonical_from_hugging_face(&tensor.name, head);
    }
    if head && !tensors.iter().any(|tensor| tensor.canonical.as_deref() == Some("cls.output.weight")) {
        // transformers gives a classifier two labels when its config names none.
        let rows = if labels.is_empty() { 2 } else { labels.len() };
        let (tensor, expected) = ("classifier.weight".to_owned(), vec![rows, config.hidden_size]);
        return Err(Error::TensorMissing { file: label, tensor, expected });
    }
    let by_canonical = bert::check(&label, format, &config, &tensors)?;
    let labels = head_labels(&config_file, labels, &tensors, &by_canonical)?;

    let counts = |name: &str| {
        name == weights_name
            || Role::of(name).is_some_and(|role| role != Role::Weights)
            || Some(name) == pooling_name.as_deref()
    };
    let files = list_files(folder, counts, weights_name, &weights, &mut texts)?;
    Ok(Variant {
        name: display_name(path),
        path: path.to_path_buf(),
        format,
        files,
        uncounted: folder.uncounted(counts),
        config,
        labels,
        tensors,
        by_canonical,
        weights,
        weights_file: weights_name.to_owned(),
        tokenizer_json: texts.take("tokenizer.json"),
        gguf: None,
    })
}

fn open_gguf(
    path: &Path,
    folder: &Folder,
    weights_name: &str,
    weights_path: &Path,
    whole_folder: bool,
) -> Result<Variant, Error> {
    let label = if whole_folder { folder.label(weights_name) } else { weights_name.to_owned() };
    let weights = map_weights(weights_path, &label)?;
    let (metadata, tensors) = gguf::parse(&weights).map_err(|fault| Error::Gguf { file: label.clone(), fault })?;
    let (config, labels) = gguf::read_config(&label, &metadata, &tensors)?;
    let by_canonical = bert::check(&label, Format::Gguf, &config, &tensors)?;
    let labels = head_labels(&label, labels, &tensors, &by_canonical)?;
    // Beside a GGUF that was named by itself only the tokenizer belongs to the deployment; the rest may be its neighbours'.
    let counts = |name: &str| {
        name == weights_name
            || if whole_folder {
                Role::of(name).is_some_and(|role| role != Role::Weights)
            } else {
                name == "tokenizer.json"
            }
    };
    let mut texts = Texts::default();
    let files = list_files(folder, counts, weights_name, &weights, &mut texts)?;
    Ok(Variant {
        name: display_name(path),
        path: path.to_path_buf(),
        format: Format::Gguf,
        files,
        uncounted: if whole_folder { folder.uncounted(counts) } else { Vec::new() },
        config,
        labels,
        tensors,
        by_canonical,
        weights,
        weights_file: weights_name.to_owned(),
        tokenizer_json: texts.take("tokenizer.json"),
        gguf: Some(metadata),
    })
}

/// The small files of a variant, each read once, so that what is hashed is what is used.
#[derive(Default)]
struct Texts(BTreeMap<String, Vec<u8>>);

impl Texts {
    fn read(&mut self, folder: &Folder, name: &str) -> Result<Option<&[u8]>, Error> {
        if !self.0.contains_key(name)
            && let Some(bytes) = folder.read(name)?
        {
            self.0.insert(name.to_owned(), bytes);
        }
        Ok(self.get(name))
    }

    fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(Vec::as_slice)
    }

    fn take(&mut self, name: &str) -> Option<Vec<u8>> {
        self.0.remove(name)
    }
}

fn map_weights(path: &Path, label: &str) -> Result<Mmap, Error> {
    map(path).map_err(|reason| Error::Unreadable { file: label.to_owned(), reason })
}

/// Hashes every file that counts, sorted by name.
fn list_files(
    folder: &Folder,
    counts: impl Fn(&str) -> bool,
    weights_name: &str,
    weights: &[u8],
    texts: &mut Texts,
) -> Result<Vec<ArtifactFile>, Error> {
    let mut files = Vec::new();
    for name in folder.names().filter(|name| counts(name)) {
        let (role, bytes) = if name == weights_name {
            (Role::Weights, weights)
        } else {
            (Role::of(name).unwrap_or(Role::Config), texts.read(folder, name)?.unwrap_or_default())
        };
        files.push(ArtifactFile {
            role,
            name: name.to_owned(),
            format: format_of(name),
            size: bytes.len() as u64,
            sha256: sha256_hex(bytes),
        });
    }
    Ok(files)
}

/// The labels of the head, as many as it has rows. A head without names gets `LABEL_0` and so on, as transformers names them.
fn head_labels(
    file: &str,
    labels: Vec<String>,
    tensors: &[TensorInfo],
    by_canonical: &BTreeMap<String, usize>,
) -> Result<Vec<String>, Error> {
    let Some(&index) = by_canonical.get("cls.output.weight") else { return Ok(Vec::new()) };
    let head = &tensors[index];
    let rows = head.shape[0];
    if labels.is_empty() {
        return Ok((0..rows).map(|row| format!("LABEL_{row}")).collect());
    }
    if labels.len() != rows {
        let (file, labels, tensor) = (file.to_owned(), labels.len(), head.name.clone());
        return Err(Error::LabelsDisagree { file, labels, tensor, rows });
    }
    if let Some(row) = labels.iter().position(|label| label.trim().is_empty() || label.chars().any(char::is_control)) {
        return Err(Error::BadLabel { file: file.to_owned(), row });
    }
    Ok(labels)
}

impl Variant {
    /// The name of its folder or file, without the path to it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The path it was opened from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How it is stored.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Every file that counts as part of it, sorted by name, each hashed.
    pub fn files(&self) -> &[ArtifactFile] {
        &self.files
    }

    /// Files in its folder that nothing here reads, sorted by name and not hashed.
    pub fn uncounted_files(&self) -> &[UncountedFile] {
        &self.uncounted
    }

    /// The encoder's shape and how it is run.
    pub fn config(&self) -> &BertConfig {
        &self.config
    }

    /// The classification head's labels in index order; empty without a head.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Whether it has a classification head over whole texts.
    pub fn has_head(&self) -> bool {
        self.by_canonical.contains_key("cls.output.weight")
    }

    /// All tensors in file order.
    pub fn tensors(&self) -> &[TensorInfo] {
        &self.tensors
    }

    /// A tensor by llama.cpp's name: `blk.0.attn_q.weight`, `token_embd.weight`,
    /// `cls.weight` (the pooler under a head), `cls.output.weight` (the head itself).
    pub fn canonical(&self, name: &str) -> Option<&TensorInfo> {
        self.by_canonical.get(name).map(|&index| &self.tensors[index])
    }

    /// A tensor's bytes as stored.
    pub fn bytes(&self, tensor: &TensorInfo) -> &[u8] {
        // A tensor of another variant can point beyond this one's end: it has no bytes here.
        let end = tensor.offset.saturating_add(tensor.len);
        self.weights.get(tensor.offset..end).unwrap_or_default()
    }

    /// SHA-256 of a tensor's bytes as stored, in lower-case hex.
    pub fn tensor_sha256(&self, tensor: &TensorInfo) -> String {
        sha256_hex(self.bytes(tensor))
    }

    /// Number of trained values, buffers of whole numbers left out.
    pub fn n_params(&self) -> u64 {
        let trained = self.tensors.iter().filter(|tensor| !tensor.dtype.is_integer());
        trained.map(|tensor| tensor.n_elements() as u64).sum()
    }

    /// The file that holds the weights.
    ///
    /// # Panics
    /// Never: every variant has one.
    pub fn weights_file(&self) -> &ArtifactFile {
        self.file(&self.weights_file).expect("a variant always lists its weights")
    }

    /// The `tokenizer.json` that belongs to the variant, with its bytes.
    pub fn tokenizer_json(&self) -> Option<(&ArtifactFile, &[u8])> {
        Some((self.file("tokenizer.json")?, self.tokenizer_json.as_deref()?))
    }

    /// What a GGUF says outside its tensors.
    pub fn gguf(&self) -> Option<&GgufMetadata> {
        self.gguf.as_ref()
    }

    fn file(&self, name: &str) -> Option<&ArtifactFile> {
        self.files.iter().find(|file| file.name == name)
    }
}
