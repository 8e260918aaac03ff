//! The one tokenizer type that the rest of Parallax sees, and which reading a variant gets.

use parallax_artifact::{GgufMetadata, Variant};

use crate::coverage::is_partial;
use crate::description::{Description, PieceKind, Role, describe_gguf, is_byte_piece};
use crate::engine::EngineWordPiece;
use crate::error::Error;
use crate::json::Json;
use crate::published::{Published, Spelling};
use crate::sentence_piece::EngineSentencePiece;
use crate::vocabulary::Vocabulary;
use crate::{published, reference};

/// Whose way of reading text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// `tokenizer.json`, as its authors' library reads it.
    Published,
    /// A GGUF's metadata, as the published tokenizer they were converted from would read.
    Reference,
    /// A GGUF's metadata, as llama.cpp reads.
    Engine,
}

impl Reading {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Reading::Published => "published",
            Reading::Reference => "reference",
            Reading::Engine => "engine",
        }
    }
}

/// Ids of the tokens that are not words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpecialTokens {
    /// Begins every text.
    pub cls: Option<u32>,
    /// Ends every text.
    pub sep: Option<u32>,
    /// Fills up a batch.
    pub pad: Option<u32>,
    /// Stands for what the vocabulary cannot spell.
    pub unk: Option<u32>,
    /// Stands for a word to be guessed.
    pub mask: Option<u32>,
}

/// A text as the model receives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoding {
    /// Token ids, `[CLS]` and `[SEP]` included, at most [`Tokenizer::max_tokens`] of them.
    pub ids: Vec<u32>,
    /// Words as the pre-tokenizer sees them, in the whole text whether truncated or not.
    /// A word holds a letter or a digit: punctuation marks stand by themselves and are not counted.
    pub words: usize,
    /// How many of those words hold an unknown token.
    pub unknown_words: usize,
    /// Whether the text was longer than the limit.
    pub truncated: bool,
}

/// Reads text the way one variant does.
#[derive(Debug)]
pub struct Tokenizer {
    reading: Reading,
    source: String,
    lowercase_assumed: bool,
    special: SpecialTokens,
    vocab_size: usize,
    max_tokens: usize,
    words: Words,
}

/// What turns words into ids.
#[derive(Debug)]
enum Words {
    Library(Box<Published>),
    Engine(EngineWordPiece),
    SentencePiece(EngineSentencePiece),
}

impl Tokenizer {
    /// How the publisher reads: `tokenizer.json`, else a GGUF in the reference reading.
    ///
    /// # Errors
    /// When the variant has no tokenizer, or one that cannot be used.
    pub fn nominal(variant: &Variant) -> Result<Self, Error> {
        Self::first_of(variant, Reading::Reference)
    }

    /// How the deployment reads: a `tokenizer.json` that belongs to it, else the GGUF as its engine reads it.
    ///
    /// # Errors
    /// When the variant has no tokenizer, or one that cannot be used.
    pub fn operative(variant: &Variant) -> Result<Self, Error> {
        Self::first_of(variant, Reading::Engine)
    }

    fn first_of(variant: &Variant, otherwise: Reading) -> Result<Self, Error> {
        match (variant.tokenizer_json(), variant.gguf()) {
            (Some(_), _) => Self::with_reading(variant, Reading::Published),
            (None, Some(_)) => Self::with_reading(variant, otherwise),
            (None, None) => Err(Error::Missing { variant: variant.name().to_owned(), gguf: false }),
        }
    }

    /// A reading of one's own choice.
    ///
    /// # Errors
    /// When the variant does not offer it, or its tokenizer cannot be used.
    pub fn with_reading(variant: &Variant, reading: Reading) -> Result<Self, Error> {
        let positions = variant.config().max_position;
        let max_tokens = variant.config().max_tokens.map_or(positions, |stated| stated.min(positions));
        let no_such = |what| Error::NoSuchReading { variant: variant.name().to_owned(), what };
        if reading == Reading::Published {
            let (file, bytes) = variant.tokenizer_json().ok_or_else(|| no_such("`tokenizer.json`"))?;
            let lowercase_first = variant.config().lowercase_before_tokenizer;
            return Self::published(&file.name, bytes, variant.config().vocab_size, lowercase_first, max_tokens);
        }
        let metadata = variant.gguf().ok_or_else(|| no_such("GGUF metadata"))?;
        Self::deployed(variant.name(), &variant.weights_file().name, metadata, reading, max_tokens)
    }

    /// A `tokenizer.json` by itself, without the model it belongs to: no length limit, and no check that the model has a
    /// row for every id. It is read as strictly as [`crate::describe_json`] reads it before the library sees it.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn from_json(file: &str, tokenizer_json: &[u8]) -> Result<Self, Error> {
        Json::read(file, tokenizer_json)?;
        Self::published(file, tokenizer_json, usize::MAX, false, usize::MAX)
    }

    /// The tokenizer in a GGUF's metadata by itself, whatever the model's architecture: no length limit.
    /// The kinds `bert` and `llama` are read in both ways, `gpt2` in the reference reading alone.
    ///
    /// # Errors
    /// When the metadata hold no tokenizer, one that cannot be used, or one that is not read this way.
    pub fn from_gguf(file: &str, metadata: &GgufMetadata, reading: Reading) -> Result<Self, Error> {
        let no_such = |what| Error::NoSuchReading { variant: file.to_owned(), what };
        if reading == Reading::Published {
            return Err(no_such("`tokenizer.json`"));
        }
        let words = match (metadata.string("tokenizer.ggml.model"), reading) {
            (Some("gpt2"), Reading::Engine) => return Err(no_such("engine reading for byte-level BPE")),
            (Some("gpt2" | "llama"), _) => {
                let described = describe_gguf(file, metadata)?;
                let words = match (metadata.string("tokenizer.ggml.model"), reading) {
                    (Some("gpt2"), _) => Words::Library(Box::new(reference::build_byte_level(&described)?)),
                    (_, Reading::Engine) => Words::SentencePiece(EngineSentencePiece::new(&described)?),
                    _ => Words::Library(Box::new(reference::build_sentence_piece(&described)?)),
                };
                return Ok(Self::described(&described, reading, words));
            }
            _ => Self::deployed(file, file, metadata, reading, usize::MAX)?,
        };
        Ok(words)
    }

    /// A tokenizer whose special tokens are those of a description.
    fn described(described: &Description, reading: Reading, words: Words) -> Self {
        let id = |role: Role| described.role(role).value().and_then(Option::as_ref).map(|token| token.id);
        // Where characters are spelled in bytes nothing is unknown.
        let bytes = described.pieces.iter().any(|piece| piece.kind == PieceKind::Byte);
        let special = SpecialTokens {
            cls: id(Role::Begin),
            sep: id(Role::End),
            pad: id(Role::Padding),
            unk: id(Role::Unknown).filter(|_| !bytes),
            mask: id(Role::Mask),
        };
        Tokenizer {
            reading,
            source: described.file.clone(),
            lowercase_assumed: false,
            special,
            vocab_size: described.pieces.len(),
            max_tokens: usize::MAX,
            words,
        }
    }

    fn published(
        file: &str,
        bytes: &[u8],
        rows: usize,
        lowercase_first: bool,
        max_tokens: usize,
    ) -> Result<Self, Error> {
        let (library, special, vocab_size) = published::load(file, bytes, rows, lowercase_first)?;
        Ok(Tokenizer {
            reading: Reading::Published,
            source: file.to_owned(),
            lowercase_assumed: false,
            special,
            vocab_size,
            max_tokens,
            words: Words::Library(Box::new(library)),
        })
    }

    fn deployed(
        variant: &str,
        source: &str,
        metadata: &GgufMetadata,
        reading: Reading,
        max_tokens: usize,
    ) -> Result<Self, Error> {
        let vocabulary = Vocabulary::read(variant, source, metadata, reading)?;
        let special = vocabulary.special;
        let vocab_size = vocabulary.tokens.len();
        let lowercase_assumed = vocabulary.lowercase.is_none();
        let words = match reading {
            Reading::Engine => Words::Engine(EngineWordPiece::new(source, &vocabulary)?),
            Reading::Reference | Reading::Published => Words::Library(Box::new(reference::build(source, &vocabulary)?)),
        };
        let source = source.to_owned();
        Ok(Tokenizer { reading, source, lowercase_assumed, special, vocab_size, max_tokens, words })
    }

    /// Which reading this is.
    pub fn reading(&self) -> Reading {
        self.reading
    }

    /// The file it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the metadata do not say if the model expects lower-cased text, so that lower-casing is an assumption.
    pub fn lowercase_assumed(&self) -> bool {
        self.lowercase_assumed
    }

    /// Ids of the special tokens.
    pub fn special(&self) -> &SpecialTokens {
        &self.special
    }

    /// Number of tokens in the vocabulary.
    pub fn vocab_size(&self) -> usize {
        self.vocab_size
    }

    /// The longest encoding: what the variant's files state, and never more than its position table holds.
    pub fn max_tokens(&self) -> usize {
        self.max_tokens
    }

    /// The pieces of an encoding as people read them: a piece that continues a word begins with `##`, whatever the file
    /// writes. The tokens that begin and end every text are left out; one that a person typed is not.
    pub fn pieces(&self, encoding: &Encoding) -> Vec<String> {
        let mut ids = encoding.ids.as_slice();
        if let [first, rest @ ..] = ids
            && Some(*first) == self.special.cls
        {
            ids = rest;
        }
        if let [rest @ .., last] = ids
            && Some(*last) == self.special.sep
        {
            ids = rest;
        }
        ids.iter().map(|&id| self.piece(id)).collect()
    }

    /// One piece as people read it.
    pub(crate) fn piece(&self, id: u32) -> String {
        match &self.words {
            Words::Library(library) => library.piece(id),
            Words::Engine(engine) => engine.piece(id),
            Words::SentencePiece(engine) => engine.piece(id),
        }
    }

    /// Whether a piece spells less than a character.
    pub(crate) fn spells_bytes(&self, id: u32) -> bool {
        match &self.words {
            Words::Library(library) => {
                let piece = library.piece(id);
                is_byte_piece(&piece) || library.byte_level() && is_partial(&piece)
            }
            Words::Engine(_) => false,
            Words::SentencePiece(engine) => is_byte_piece(&engine.piece(id)),
        }
    }

    /// How many tokens are put around every text.
    pub(crate) fn tokens_around(&self) -> usize {
        match &self.words {
            Words::Library(library) => library.tokens_around(),
            Words::Engine(_) => 2,
            Words::SentencePiece(engine) => engine.tokens_around(),
        }
    }

    /// The ids of a text of any length without the tokens around it, each with the white-space words it stands for.
    pub(crate) fn spell_words(&self, text: &str) -> Result<Spelling, Error> {
        match &self.words {
            Words::Library(library) => library.spell_words(text),
            Words::Engine(engine) => Ok(engine.spell_words(text)),
            Words::SentencePiece(engine) => engine.spell_words(text),
        }
    }

    /// Turns a text into ids.
    ///
    /// A text that is too long keeps its beginning and its closing `[SEP]`, as sentence-transformers truncates.
    ///
    /// # Errors
    /// When the tokenizer's own rules fail on this text.
    pub fn encode(&self, text: &str) -> Result<Encoding, Error> {
        match &self.words {
            Words::Library(library) => library.encode(text, self.max_tokens, self.special.unk),
            Words::Engine(engine) => Ok(engine.encode(text, self.max_tokens)),
            Words::SentencePiece(engine) => engine.encode(text, self.max_tokens),
        }
    }
}
