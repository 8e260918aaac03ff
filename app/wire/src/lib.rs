//! Request, reply and event types shared by every shell: plain data, serde and nothing else.
//!
//! # Invariants
//! - No engine, no database, no window, no clock; it builds for wasm32.
//! - Non-finite floats never cross: a value that may be undefined is `Option<f64>` beside a reason.
//! - No flattened or untagged types: the JSON names are a contract.

mod audit;
mod bundle;
mod call;
mod case;
mod contest;
mod error;
mod finding;
mod identity;
mod job;
mod map;
mod own_words;
mod series;
mod text;
mod tokens;
mod weights;
mod window;

pub use audit::*;
pub use bundle::*;
pub use call::*;
pub use case::*;
pub use contest::*;
pub use error::*;
pub use finding::*;
pub use identity::*;
pub use job::*;
pub use map::*;
pub use own_words::*;
pub use series::*;
pub use text::*;
pub use tokens::*;
pub use weights::*;
pub use window::*;
