//! The rules of the house: who may know whom, how sources look, and that the documents keep up.

mod dependencies;
mod documents;
mod readme;
mod sources;
