//! The two variants of an audit: opened, identified, and with the tokenizer that each is read with.

use std::collections::BTreeMap;
use std::path::Path;

use parallax_artifact::{DType, Variant};
use parallax_tokens::{Reading, Tokenizer};
use parallax_wire::{Error, Identity};

use crate::error::Coded;
use crate::file_identity::file_identities;

/// A variant with its tokenizer.
pub(crate) struct Subject {
    pub(crate) variant: Variant,
    pub(crate) tokenizer: Tokenizer,
}

impl Subject {
    /// The published variant, read as its publisher wrote it down.
    pub(crate) fn nominal(path: &str) -> Result<Self, Error> {
        let variant = parallax_artifact::open(Path::new(path)).bad_input()?;
        let tokenizer = Tokenizer::nominal(&variant).bad_input()?;
        Ok(Self { variant, tokenizer })
    }

    /// The deployed variant, read as its engine reads it.
    pub(crate) fn operative(path: &str) -> Result<Self, Error> {
        let variant = parallax_artifact::open(Path::new(path)).bad_input()?;
        let tokenizer = Tokenizer::operative(&variant).bad_input()?;
        Ok(Self { variant, tokenizer })
    }

    /// Which tokenizer is read and how, in words.
    pub(crate) fn tokenizer_name(&self) -> String {
        let how = match self.tokenizer.reading() {
            Reading::Published => "as published",
            Reading::Reference => "metadata, as converted",
            Reading::Engine => "metadata, as the engine reads text",
        };
        format!("{} ({how})", self.tokenizer.source())
    }

    pub(crate) fn identity(&self) -> Identity {
        let variant = &self.variant;
        let config = variant.config();
        let mut tensor_types: BTreeMap<String, u64> = BTreeMap::new();
        for tensor in variant.tensors() {
            *tensor_types.entry(tensor.dtype.name().to_owned()).or_default() += 1;
        }
        Identity {
            name: variant.name().to_owned(),
            files: file_identities(variant.files()),
            architecture: "bert".to_owned(),
            n_params: variant.n_params(),
            n_layers: config.n_layers as u32,
            dim: config.hidden_size as u32,
            tensor_types,
            tokenizer: self.tokenizer_name(),
            labels: variant.labels().to_vec(),
        }
    }

    /// The stored type of each tensor that the forward pass reads, by canonical name.
    pub(crate) fn stored_types(&self) -> BTreeMap<String, DType> {
        parallax_model::stored_types(&self.variant)
    }
}
