//! Opens, checks, hashes and names the files of a variant: Hugging Face folders, safetensors, GGUF and ONNX.
//! [`open`] takes what can be run and refuses everything else; [`survey`] takes whatever has bytes to look at.
//! It knows no arithmetic on weights, no tokens, no database and no network, and executes nothing that a file holds.
//!
//! ```no_run
//! let variant = parallax_artifact::open(std::path::Path::new("all-MiniLM-L6-v2"))?;
//! let query = variant.canonical("blk.0.attn_q.weight").expect("checked when the variant was opened");
//! println!("{} {:?} {} bytes", query.dtype.name(), query.shape, variant.bytes(query).len());
//! # Ok::<(), parallax_artifact::Error>(())
//! ```

mod bert;
mod config;
mod dtype;
mod error;
mod file;
mod folder;
#[doc(hidden)]
pub mod fuzzing;
mod gguf;
mod hugging_face;
mod json;
mod map;
mod names;
mod onnx;
mod safetensors;
mod survey;
mod tensor;
mod variant;

pub use config::{Activation, BertConfig, Pooling};
pub use dtype::DType;
pub use error::{ConfigFault, Error, GgufFault, SafetensorsFault};
pub use file::{ArtifactFile, Role, UncountedFile};
pub use gguf::{GgufArray, GgufMetadata, GgufValue};
pub use json::{JsonFault, parse_json};
pub use onnx::{OnnxFault, OnnxUse};
pub use survey::{
    AdapterFacts, AddedToken, Card, CardFault, CardValue, ChatTemplate, Container, IndexFault, NotRunnable, Note,
    NoteKind, Parameters, Place, Precision, QuantizationFacts, SplitFault, StoredTensor, Survey, SurveyFormat, Targets,
    TokenizerFacts, Uncounted, ValueFacts, parse_adapter, parse_card, parse_tokenizer, survey,
};
pub use tensor::TensorInfo;
pub use variant::{Format, Variant, open};
