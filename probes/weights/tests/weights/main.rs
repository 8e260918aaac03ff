//! Block formats and forensics against reference numbers and real files.

mod decode;
mod shared;
