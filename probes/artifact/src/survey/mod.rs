//! A variant of any architecture, opened for looking at its bytes, whether it can be run or not.
//! Nothing in it is executed or rendered; what is odd about it becomes a note instead of stopping the reading.

mod adapter;
mod card;
mod config;
mod container;
mod fault;
mod find;
mod index;
mod note;
mod onnx;
mod open;
mod parameters;
mod place;
mod quantization;
mod reading;
mod split;
mod tokenizer;
mod values;
mod vocabulary;

pub(crate) use self::onnx::placed as place_onnx;
pub use adapter::{AdapterFacts, Targets, parse_adapter};
pub use card::{Card, CardFault, CardValue, parse_card};
pub use container::{Container, StoredTensor};
pub(crate) use container::{read_gguf, read_safetensors};
pub use fault::{IndexFault, SplitFault};
pub(crate) use index::{check as check_index, parse as parse_index};
pub(crate) use note::Notes;
pub use note::{Note, NoteKind, Place, Precision};
pub use open::survey;
pub use parameters::{Parameters, Uncounted};
pub use quantization::QuantizationFacts;
pub(crate) use split::{SplitKeys, SplitName};
pub use tokenizer::{AddedToken, TokenizerFacts, parse_tokenizer};
pub use values::ValueFacts;
pub use vocabulary::ChatTemplate;

/// Everything that is noted about a JSON file by itself.
pub(crate) fn note_document(document: &Value, notes: &mut Notes) {
    config::note_code("noise", document, notes);
    config::note_config("noise", document, notes);
    config::note_steps("noise", document, notes);
}

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::map::release;
use crate::{ArtifactFile, DType, GgufMetadata, OnnxUse, UncountedFile};

/// How a surveyed variant is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurveyFormat {
    /// A folder with one `model.safetensors`, or another single safetensors file.
    HuggingFaceFolder,
    /// A folder with `model.safetensors.index.json` and the files that it names.
    ShardedFolder,
    /// One safetensors file that was named by itself.
    Safetensors,
    /// One GGUF file, or a folder with one.
    Gguf,
    /// A set of split GGUF files.
    SplitGguf,
    /// `adapter_config.json` with `adapter_model.safetensors`.
    Adapter,
    /// A folder whose only weights are ONNX files.
    Onnx,
}

impl SurveyFormat {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            SurveyFormat::HuggingFaceFolder => "hugging-face-folder",
            SurveyFormat::ShardedFolder => "sharded-folder",
            SurveyFormat::Safetensors => "safetensors",
            SurveyFormat::Gguf => "gguf",
            SurveyFormat::SplitGguf => "split-gguf",
            SurveyFormat::Adapter => "adapter",
            SurveyFormat::Onnx => "onnx",
        }
    }
}

/// Why a variant cannot be run here, whatever its architecture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRunnable {
    /// Its weights are codes of this method, which is not decoded here.
    Quantized {
        /// The method in the file's own spelling: `gptq`, `awq`, `bitsandbytes`, `fp8`, …
        method: String,
    },
    /// Its weights are an ONNX graph, which is not run.
    Onnx,
    /// It is an adapter and no model.
    Adapter,
}

/// A variant that is open for looking at its bytes.
#[derive(Debug)]
pub struct Survey {
    name: String,
    path: PathBuf,
    format: SurveyFormat,
    files: Vec<ArtifactFile>,
    uncounted: Vec<UncountedFile>,
    containers: Vec<Container>,
    /// Paths of the containers, to see whether they changed.
    paths: Vec<PathBuf>,
    tensors: Vec<StoredTensor>,
    by_name: BTreeMap<String, usize>,
    documents: BTreeMap<String, Value>,
    tokenizer: Option<TokenizerFacts>,
    templates: Vec<ChatTemplate>,
    card: Option<Card>,
    adapter: Option<AdapterFacts>,
    quantization: Option<QuantizationFacts>,
    notes: Vec<Note>,
}

impl Survey {
    /// The name of its folder or file, without the path to it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The path it was opened from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How it is stored.
    pub fn format(&self) -> SurveyFormat {
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

    /// Its weight files, mapped into memory, in the order of their names. An ONNX file comes before those
    /// that its tensors lie in; of several ONNX files none is opened.
    pub fn containers(&self) -> &[Container] {
        &self.containers
    }

    /// All tensors: by file, then by place in it; tensors in one place in the order of the file's header.
    pub fn tensors(&self) -> &[StoredTensor] {
        &self.tensors
    }

    /// A tensor by its stored name; every name occurs once.
    pub fn tensor(&self, name: &str) -> Option<&StoredTensor> {
        self.by_name.get(name).map(|&index| &self.tensors[index])
    }

    /// A tensor's bytes as stored. Empty for a tensor of another variant that points beyond this one's end.
    pub fn bytes(&self, tensor: &StoredTensor) -> &[u8] {
        let end = tensor.offset.saturating_add(tensor.len);
        let container = self.containers.get(tensor.file);
        container.and_then(|container| container.map.get(tensor.offset..end)).unwrap_or_default()
    }

    /// SHA-256 of a tensor's bytes as stored, in lower-case hex. Gives their pages back behind itself.
    pub fn sha256(&self, tensor: &StoredTensor) -> String {
        match self.containers.get(tensor.file) {
            Some(container) => container.pages().sha256(tensor.offset, tensor.offset.saturating_add(tensor.len)),
            None => crate::file::sha256_hex(&[]),
        }
    }

    /// Tells the system that bytes of a container, counted from the beginning of its file, are not needed for now.
    /// They stop counting as this process's memory, and can be read again at any time.
    /// Whole pages are given back, so that a few bytes on both sides may go with them.
    pub fn release(&self, file: usize, range: Range<usize>) {
        if let Some(container) = self.containers.get(file) {
            release(&container.map, range);
        }
    }

    /// Looks at every value of a tensor once, in windows of 8 MiB whose pages are given back.
    pub fn values(&self, tensor: &StoredTensor) -> ValueFacts {
        match self.containers.get(tensor.file) {
            Some(container) => values::examine(&container.pages(), tensor),
            None => ValueFacts::default(),
        }
    }

    /// What is worth telling of values that were looked at: values that are not finite, precision that is lower than
    /// the type's, scales that are no numbers, and codes without effect.
    /// `facts` are those of [`Survey::values`], one a tensor and in the order of the tensors.
    pub fn value_notes(&self, facts: &[ValueFacts]) -> Vec<Note> {
        let mut notes = Notes::default();
        for (tensor, facts) in self.tensors.iter().zip(facts) {
            let Some(container) = self.containers.get(tensor.file) else { continue };
            for kind in facts.notes(tensor) {
                notes.about_bytes(&container.name, tensor.offset, tensor.offset + tensor.len, kind);
            }
        }
        notes.into_notes()
    }

    /// One note for each weights file whose size or time of change is not what it was when it was opened:
    /// what was read from it may belong to neither state.
    pub fn changes(&self) -> Vec<Note> {
        let mut notes = Notes::default();
        for (container, path) in self.containers.iter().zip(&self.paths) {
            if !container.is_unchanged(path) {
                notes.about_file(&container.name, NoteKind::Changed);
            }
        }
        notes.into_notes()
    }

    /// What is worth telling about the files, in the order in which it was found.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// What a GGUF says outside its tensors; of a set of files, the first one's.
    pub fn gguf(&self) -> Option<&GgufMetadata> {
        self.containers.first()?.gguf()
    }

    /// The `config.json`, read strictly.
    pub fn config(&self) -> Option<&Value> {
        self.document("config.json")
    }

    /// A JSON file of the variant that was read strictly, by its name: `config.json`, `generation_config.json`,
    /// `tokenizer_config.json`, `adapter_config.json`, `modules.json`, `quantize_config.json`, `quant_config.json`.
    pub fn document(&self, name: &str) -> Option<&Value> {
        self.documents.get(name)
    }

    /// What it says its architecture is: `general.architecture` of a GGUF,
    /// `model_type` of a config or, without one, its first class.
    pub fn architecture(&self) -> Option<&str> {
        if let Some(gguf) = self.gguf() {
            return gguf.string("general.architecture");
        }
        let config = self.config()?;
        let class = || config.get("architectures")?.get(0)?.as_str();
        config.get("model_type").and_then(Value::as_str).or_else(class)
    }

    /// What its `tokenizer.json` holds.
    pub fn tokenizer(&self) -> Option<&TokenizerFacts> {
        self.tokenizer.as_ref()
    }

    /// Its chat templates as text, never rendered.
    pub fn chat_templates(&self) -> &[ChatTemplate] {
        &self.templates
    }

    /// What the front matter of its model card claims; nothing of it is proved.
    pub fn card(&self) -> Option<&Card> {
        self.card.as_ref()
    }

    /// What an adapter says of itself.
    pub fn adapter(&self) -> Option<&AdapterFacts> {
        self.adapter.as_ref()
    }

    /// Which layer multiplies by which tensor, where an ONNX file says so.
    pub fn onnx_uses(&self) -> &[OnnxUse] {
        self.containers.first().map(|container| container.onnx.as_slice()).unwrap_or_default()
    }

    /// What a config says about quantized weights.
    pub fn quantization(&self) -> Option<&QuantizationFacts> {
        self.quantization.as_ref()
    }

    /// Why it cannot be run here, whatever its architecture; `None` where only the architecture decides.
    pub fn not_runnable(&self) -> Option<NotRunnable> {
        match (self.format, &self.quantization) {
            (SurveyFormat::Onnx, _) => Some(NotRunnable::Onnx),
            (SurveyFormat::Adapter, _) => Some(NotRunnable::Adapter),
            (_, Some(facts)) => Some(NotRunnable::Quantized { method: facts.method.clone() }),
            (_, None) => self.packed().map(|_| NotRunnable::Quantized { method: "not stated".to_owned() }),
        }
    }

    /// How many trained values it holds, and how many of them take part in one token.
    pub fn parameters(&self) -> Parameters {
        let experts = parameters::experts(self.config(), self.gguf());
        parameters::count(&self.tensors, self.packed(), experts)
    }

    /// The first tensor whose stored numbers are codes: packed into larger ones, or with a scale beside them.
    fn packed(&self) -> Option<&StoredTensor> {
        let said = self.quantization.as_ref().is_some_and(QuantizationFacts::is_packed);
        self.tensors.iter().find(|tensor| {
            quantization::looks_packed(tensor)
                || (tensor.dtype.is_integer() && tensor.name.ends_with("_quantized"))
                || (tensor.dtype == DType::I8 && tensor.name.ends_with(".weight"))
                || (said && tensor.dtype.is_integer() && tensor.name.ends_with(".weight"))
        })
    }
}
