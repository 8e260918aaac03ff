//! The WordPiece vocabulary in a GGUF's metadata, before either way of reading it.
//! Keys: ggml's `docs/gguf.md`, section "Tokenizer"; the `normalizer` keys are llama.cpp's (`llama-arch.cpp`).

use parallax_artifact::GgufMetadata;

use crate::error::Error;
use crate::published::unusable;
use crate::tokenizer::{Reading, SpecialTokens};

/// What llama.cpp's converters put before a word's first piece, where published vocabularies put `##` before all others.
pub(crate) const WORD_START: char = '\u{2581}';

/// `tokenizer.ggml.token_type`: llama.cpp's `enum llama_token_attr`, as far as WordPiece files use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A piece of a word.
    Piece,
    /// A special token, never made from text.
    Control,
    /// A token added by the user, matched in text before anything else.
    UserDefined,
}

/// Tokens with their kinds, special ids and normaliser settings.
pub(crate) struct Vocabulary<'a> {
    pub(crate) tokens: &'a [String],
    pub(crate) kinds: Vec<Kind>,
    pub(crate) special: SpecialTokens,
    pub(crate) cls: u32,
    pub(crate) sep: u32,
    pub(crate) unk: u32,
    /// `None` when the metadata are silent.
    pub(crate) lowercase: Option<bool>,
    /// `None` when the metadata are silent.
    pub(crate) strip_accents: Option<bool>,
}

impl<'a> Vocabulary<'a> {
    /// The tokens as a published vocabulary writes them: the conversion undone.
    pub(crate) fn published_pieces(&self) -> Vec<String> {
        let published = |(token, kind): (&String, &Kind)| match (kind, token.strip_prefix(WORD_START)) {
            (Kind::Control | Kind::UserDefined, _) => token.clone(),
            (Kind::Piece, Some(word)) => word.to_owned(),
            (Kind::Piece, None) => format!("##{token}"),
        };
        self.tokens.iter().zip(&self.kinds).map(published).collect()
    }

    /// Reads the vocabulary of a BERT GGUF.
    pub(crate) fn read(variant: &str, file: &str, metadata: &'a GgufMetadata, reading: Reading) -> Result<Self, Error> {
        let missing = || Error::Missing { variant: variant.to_owned(), gguf: true };
        match metadata.string("tokenizer.ggml.model") {
            Some("bert") => {}
            None | Some("no_vocab" | "none") => return Err(missing()),
            Some(found) => {
                return Err(Error::Unsupported { file: file.to_owned(), found: found.replace(char::is_control, " ") });
            }
        }
        let tokens =
            metadata.strings("tokenizer.ggml.tokens").filter(|tokens| !tokens.is_empty()).ok_or_else(missing)?;
        let kinds = match metadata.get("tokenizer.ggml.token_type") {
            None => vec![Kind::Piece; tokens.len()],
            Some(_) => {
                let types = metadata
                    .u32s("tokenizer.ggml.token_type")
                    .filter(|types| types.len() == tokens.len())
                    .ok_or_else(|| unusable(file, "`tokenizer.ggml.token_type` does not give one number per token"))?;
                // 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte.
                let kind = |number| match number {
                    2 | 3 => Kind::Control,
                    4 => Kind::UserDefined,
                    _ => Kind::Piece,
                };
                types.into_iter().map(kind).collect()
            }
        };
        // Where a key is missing the published tokenizer goes by the token's name and llama.cpp by a fixed number.
        let id = |keys: &[&str], name: &str, fixed: u32| {
            let key = keys.iter().copied().find(|key| metadata.get(key).is_some());
            let id = match (key, reading) {
                (Some(key), _) => metadata.u32(key),
                (None, Reading::Engine) => Some(fixed),
                (None, _) => tokens.iter().position(|token| token == name).map(|index| index as u32),
            };
            id.filter(|&id| (id as usize) < tokens.len())
        };
        let cls = id(&["tokenizer.ggml.cls_token_id", "tokenizer.ggml.bos_token_id"], "[CLS]", 101);
        let sep = id(&["tokenizer.ggml.seperator_token_id", "tokenizer.ggml.eos_token_id"], "[SEP]", 102);
        let unk = id(&["tokenizer.ggml.unknown_token_id"], "[UNK]", 100);
        let pad = id(&["tokenizer.ggml.padding_token_id"], "[PAD]", 0);
        let mask = id(&["tokenizer.ggml.mask_token_id"], "[MASK]", 103);
        let needed = |id: Option<u32>, name| {
            id.ok_or_else(|| unusable(file, format_args!("its metadata name no {name} token within the vocabulary")))
        };
        Ok(Vocabulary {
            tokens,
            kinds,
            special: SpecialTokens { cls, sep, pad, unk, mask },
            cls: needed(cls, "[CLS]")?,
            sep: needed(sep, "[SEP]")?,
            unk: needed(unk, "[UNK]")?,
            lowercase: metadata.bool("tokenizer.ggml.normalizer.lowercase"),
            strip_accents: metadata.bool("tokenizer.ggml.normalizer.strip_accents"),
        })
    }
}
