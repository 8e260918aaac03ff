//! The demonstration models as committed: what they are and what they decide, never which bytes they have.

mod committed;
