//! Ids held to the reference implementations' own.

mod parity;
mod shared;
