//! Why a variant could not be opened: one sentence each, naming the file and the reason.

use std::path::PathBuf;

use thiserror::Error;

use crate::json::JsonFault;
use crate::onnx::OnnxFault;
use crate::survey::{IndexFault, SplitFault};

/// Why a variant could not be opened. `file` is `folder/file` or the file's own name.
#[derive(Debug, Error)]
pub enum Error {
    /// Nothing lies at the path.
    #[error("`{}` does not exist", path.display())]
    Missing {
        /// The path as given.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot read `{file}`: {reason}")]
    Unreadable {
        /// Which file.
        file: String,
        /// What the operating system said.
        reason: std::io::Error,
    },
    /// A device, a pipe or the like where a file is due.
    #[error("`{file}` is not a regular file")]
    NotAFile {
        /// Which file.
        file: String,
    },
    /// A link that leads out of the variant's folder.
    #[error("`{file}` leads out of its folder")]
    OutsideFolder {
        /// Which file.
        file: String,
    },
    /// A file of a kind that is not read.
    #[error("`{file}` is neither a `.safetensors` nor a `.gguf` file")]
    UnknownFormat {
        /// Which file.
        file: String,
    },
    /// A folder with nothing to open in it.
    #[error("`{folder}` holds neither `config.json` with `model.safetensors` nor a `.gguf` file")]
    NoModel {
        /// Which folder.
        folder: String,
    },
    /// Weights without a config.
    #[error("`{file}` has no `config.json` beside it")]
    NoConfig {
        /// The weights file.
        file: String,
    },
    /// A config without weights.
    #[error("`{folder}` holds `config.json` but no `model.safetensors`")]
    NoWeights {
        /// Which folder.
        folder: String,
    },
    /// Weights in several files.
    #[error(
        "`{folder}` holds weights in several files (`model.safetensors.index.json`), which is not supported; give one `model.safetensors`"
    )]
    Sharded {
        /// Which folder.
        folder: String,
    },
    /// More than one file could be meant.
    #[error("`{folder}` holds several models ({names}); name the file that is meant")]
    SeveralModels {
        /// Which folder.
        folder: String,
        /// The candidates, quoted and sorted.
        names: String,
    },
    /// A file beyond the limit for its kind.
    #[error("`{file}` has {size} bytes, more than the {most} allowed for it")]
    TooLarge {
        /// Which file.
        file: String,
        /// Its size.
        size: u64,
        /// The limit.
        most: u64,
    },
    /// A folder with too many entries to list.
    #[error("`{folder}` holds more than {most} files")]
    TooManyFiles {
        /// Which folder.
        folder: String,
        /// The limit.
        most: usize,
    },
    /// A GGUF that breaks the format.
    #[error("`{file}` is not a sound GGUF file: {fault}")]
    Gguf {
        /// Which file.
        file: String,
        /// What is wrong.
        fault: GgufFault,
    },
    /// An ONNX file that breaks the format.
    #[error("`{file}` is not a sound ONNX file: {fault}")]
    Onnx {
        /// Which file.
        file: String,
        /// What is wrong.
        fault: OnnxFault,
    },
    /// A safetensors file that breaks the format.
    #[error("`{file}` is not a sound safetensors file: {fault}")]
    Safetensors {
        /// Which file.
        file: String,
        /// What is wrong.
        fault: SafetensorsFault,
    },
    /// A config that cannot be used.
    #[error("`{file}`: {fault}")]
    Config {
        /// Which file.
        file: String,
        /// What is wrong.
        fault: ConfigFault,
    },
    /// A JSON file that cannot be read.
    #[error("`{file}`: {fault}")]
    Json {
        /// Which file.
        file: String,
        /// What is wrong.
        fault: JsonFault,
    },
    /// An index of weights in several files that does not fit them.
    #[error("`{file}`: {fault}")]
    Index {
        /// The index.
        file: String,
        /// What is wrong.
        fault: IndexFault,
    },
    /// A set of split GGUF files that do not fit together.
    #[error("`{file}`: {fault}")]
    Split {
        /// The file of the set that does not fit.
        file: String,
        /// What is wrong.
        fault: SplitFault,
    },
    /// Weights only in a format that is a program.
    #[error("`{folder}` holds weights only as `{file}`, a pickle: a program from a stranger, which is never run")]
    Pickle {
        /// Which folder.
        folder: String,
        /// The first such file.
        file: String,
    },
    /// One tensor in two files of a set.
    #[error("tensor `{tensor}` is in `{first}` and in `{second}`")]
    TensorInTwoFiles {
        /// The tensor.
        tensor: String,
        /// One file.
        first: String,
        /// The other.
        second: String,
    },
    /// A model of another kind.
    #[error("`{file}`: architecture `{found}` is not supported; supported: bert")]
    Architecture {
        /// The file that says so.
        file: String,
        /// What it says.
        found: String,
    },
    /// A tensor the config asks for is not there.
    #[error("`{file}`: tensor `{tensor}` of shape {expected:?} is missing")]
    TensorMissing {
        /// The weights file.
        file: String,
        /// The tensor's name in that file's convention.
        tensor: String,
        /// The shape the config asks for.
        expected: Vec<usize>,
    },
    /// A tensor has another shape than the config says.
    #[error("`{file}`: tensor `{tensor}` has shape {found:?} where the config asks for {expected:?}")]
    ShapeDisagrees {
        /// The weights file.
        file: String,
        /// The tensor.
        tensor: String,
        /// The shape the config asks for.
        expected: Vec<usize>,
        /// The shape in the file.
        found: Vec<usize>,
    },
    /// More layers are stored than the config says.
    #[error(
        "`{file}`: tensor `{tensor}` belongs to layer {layer}, but the config has {n_layers} layers, counted from 0"
    )]
    LayerBeyond {
        /// The weights file.
        file: String,
        /// The tensor.
        tensor: String,
        /// Its layer.
        layer: usize,
        /// Layers in the config.
        n_layers: usize,
    },
    /// Two stored names mean the same tensor.
    #[error("`{file}`: tensors `{first}` and `{second}` are the same part of the model")]
    SameTensorTwice {
        /// The weights file.
        file: String,
        /// One name.
        first: String,
        /// The other.
        second: String,
    },
    /// A needed tensor is stored in a type whose values cannot be read.
    #[error(
        "`{file}`: tensor `{tensor}` is stored as {found}, which is not supported; supported: F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K"
    )]
    TypeUnsupported {
        /// The weights file.
        file: String,
        /// The tensor.
        tensor: String,
        /// Its type.
        found: &'static str,
    },
    /// A label that cannot be shown.
    #[error("`{file}`: the label of row {row} is empty or holds a control character")]
    BadLabel {
        /// The file with the labels.
        file: String,
        /// Its row in the head.
        row: usize,
    },
    /// Neither as many labels as the head has rows nor none at all.
    #[error("`{file}` names {labels} labels, but the classification head `{tensor}` has {rows} rows")]
    LabelsDisagree {
        /// The file with the labels.
        file: String,
        /// How many it names.
        labels: usize,
        /// The head's tensor.
        tensor: String,
        /// Its rows.
        rows: usize,
    },
}

/// What breaks a GGUF file.
#[derive(Clone, Debug, PartialEq, Error)]
#[expect(missing_docs, reason = "the message beside each variant says what its values are")]
pub enum GgufFault {
    #[error("it does not begin with `GGUF`")]
    Magic,
    #[error("version {version} is not supported; supported: 2 and 3, little-endian")]
    Version { version: u32 },
    #[error("it is big-endian; only little-endian files are supported")]
    BigEndian,
    #[error("it ends at byte {end} in the middle of {what}")]
    Truncated { end: usize, what: &'static str },
    #[error("it claims {count} {what}, more than the {most} allowed")]
    TooMany { what: &'static str, count: u64, most: u64 },
    #[error("{what} is not valid UTF-8")]
    NotUtf8 { what: &'static str },
    #[error("{what} is empty, too long or holds a control character")]
    BadName { what: &'static str },
    #[error("key `{key}` occurs twice")]
    DuplicateKey { key: String },
    #[error("key `{key}` has the unknown value type {id}")]
    UnknownValueType { key: String, id: u32 },
    #[error("key `{key}` holds an array of arrays")]
    NestedArray { key: String },
    #[error("key `{key}` holds a truth value that is neither 0 nor 1")]
    BadBool { key: String },
    #[error("`general.alignment` must be a 32-bit unsigned power of two up to 65536")]
    Alignment,
    #[error("tensor `{tensor}` occurs twice")]
    DuplicateTensor { tensor: String },
    #[error("tensor `{tensor}` has {count} dimensions; 1 to 4 are allowed")]
    Dimensions { tensor: String, count: u32 },
    #[error("tensor `{tensor}` has a dimension of zero or more elements than can be counted")]
    DimensionSize { tensor: String },
    #[error("tensor `{tensor}` has the unknown type number {id}")]
    UnknownTensorType { tensor: String, id: u32 },
    #[error("rows of tensor `{tensor}` have {row} elements, which {dtype} cannot store in blocks of {block}")]
    PartialBlock { tensor: String, row: usize, dtype: &'static str, block: usize },
    #[error("tensor `{tensor}` begins at {found} where {expected} is due: tensors must neither overlap nor leave gaps")]
    Offset { tensor: String, found: u64, expected: u64 },
    #[error("tensor `{tensor}` ends {missing} bytes after the end of the file: the file is cut short")]
    DataTruncated { tensor: String, missing: u64 },
    #[error("{count} bytes follow the last tensor")]
    TrailingBytes { count: usize },
    #[error("its header has more than {most} bytes")]
    HeaderTooLong { most: usize },
    #[error("tensor `{tensor}` takes bytes {begin} to {end}, but the file ends at {size}")]
    OutOfFile { tensor: String, begin: u64, end: u64, size: usize },
    #[error("its tensors claim {claimed} bytes together, more than twice the {available} that there are")]
    Overlaps { claimed: u64, available: usize },
    #[error("it holds no tensors")]
    NoTensors,
}

/// What breaks a safetensors file.
#[derive(Clone, Debug, PartialEq, Error)]
#[expect(missing_docs, reason = "the message beside each variant says what its values are")]
pub enum SafetensorsFault {
    #[error("it has {size} bytes, too few for a header")]
    TooShort { size: usize },
    #[error("its header claims {length} bytes, more than the {most} allowed")]
    HeaderTooLong { length: u64, most: u64 },
    #[error("its header claims {length} bytes, but only {available} follow")]
    HeaderBeyondFile { length: u64, available: usize },
    #[error("its header is not valid UTF-8")]
    NotUtf8,
    #[error("its header does not begin with `{{`")]
    NotAnObject,
    #[error("its header is not sound: {reason}")]
    Header { reason: String },
    #[error("a tensor name is empty, too long or holds a control character")]
    BadName,
    #[error("tensor `{tensor}` has the unknown type `{dtype}`")]
    UnknownType { tensor: String, dtype: String },
    #[error("tensor `{tensor}` of type {dtype} and shape {shape:?} does not fill the {len} bytes the header gives it")]
    Length { tensor: String, dtype: &'static str, shape: Vec<u64>, len: u64 },
    #[error("tensor `{tensor}` ends before it begins")]
    Reversed { tensor: String },
    #[error("tensor `{tensor}` begins at {found} where {expected} is due: tensors must neither overlap nor leave gaps")]
    Offset { tensor: String, found: u64, expected: u64 },
    #[error("its tensors end at {end}, but {data} bytes of data follow the header")]
    End { end: u64, data: usize },
    #[error("tensor `{tensor}` takes bytes {begin} to {end}, but the file ends at {size}")]
    OutOfFile { tensor: String, begin: u64, end: u64, size: usize },
    #[error("its tensors claim {claimed} bytes together, more than twice the {available} that there are")]
    Overlaps { claimed: u64, available: usize },
    #[error("it holds no tensors")]
    NoTensors,
}

/// What makes a config unusable.
#[derive(Clone, Debug, PartialEq, Error)]
#[expect(missing_docs, reason = "the message beside each variant says what its values are")]
pub enum ConfigFault {
    #[error("it is not valid JSON for its purpose: {reason}")]
    Json { reason: String },
    #[error("`{key}` is missing or not of the expected kind")]
    Key { key: String },
    #[error("the {what} is {value}; it must lie between 1 and {most}")]
    OutOfRange { what: &'static str, value: usize, most: usize },
    #[error("{n_heads} attention heads do not divide a hidden size of {hidden_size}")]
    HeadsDoNotDivide { hidden_size: usize, n_heads: usize },
    #[error("the layer normalisation's epsilon is {value}; it must lie between 0 and 1")]
    Epsilon { value: f64 },
    #[error("`{key}` is `{found}`, which is not supported; supported: {supported}")]
    Unsupported { key: &'static str, found: String, supported: &'static str },
    #[error("it asks for code of its own (`auto_map`), which is never run")]
    OwnCode,
    #[error("the ids in `id2label` must count up from 0 without a gap")]
    LabelIds,
    #[error("`{key}` is {stated}, but {what} is {found}")]
    Disagrees { key: String, stated: usize, what: &'static str, found: usize },
    #[error("step `{step}` lies at `{path}`, which is not a plain folder name inside the variant's folder")]
    StepPath { step: String, path: String },
}

/// Characters that change the order of others on a screen, or are not seen at all: control characters, Unicode's
/// bidirectional controls, and zero-width ones. The two joiners stay: Indic and Arabic scripts are written with them.
pub(crate) fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
        || matches!(character, '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A stranger's text as a message may show it: what is not seen escaped, and no longer than a line.
pub(crate) fn shown(text: &str) -> String {
    const MOST_CHARACTERS: usize = 200;
    let mut shown = String::new();
    for character in text.chars().take(MOST_CHARACTERS) {
        if is_unseen(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    if text.chars().nth(MOST_CHARACTERS).is_some() {
        shown.push('…');
    }
    shown
}
