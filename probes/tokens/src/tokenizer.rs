//! The one tokenizer type that the rest of Parallax sees, and which reading a variant gets.

use parallax_artifact::Variant;

use crate::engine::EngineWordPiece;
use crate::error::Error;
use crate::published::Published;
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
        let rows = variant.config().vocab_size;
        let positions = variant.config().max_position;
        let max_tokens = variant.config().max_tokens.map_or(positions, |stated| stated.min(positions));
        let no_such = |what| Error::NoSuchReading { variant: variant.name().to_owned(), what };
        if reading == Reading::Published {
            let (file, bytes) = variant.tokenizer_json().ok_or_else(|| no_such("`tokenizer.json`"))?;
            let lowercase_first = variant.config().lowercase_before_tokenizer;
            let (library, special, vocab_size) = published::load(&file.name, bytes, rows, lowercase_first)?;
            return Ok(Tokenizer {
                reading,
                source: file.name.clone(),
                lowercase_assumed: false,
                special,
                vocab_size,
                max_tokens,
                words: Words::Library(Box::new(library)),
            });
        }
        let metadata = variant.gguf().ok_or_else(|| no_such("GGUF metadata"))?;
        let source = variant.weights_file().name.clone();
        let vocabulary = Vocabulary::read(variant.name(), &source, metadata, reading)?;
        let special = vocabulary.special;
        let vocab_size = vocabulary.tokens.len();
        let lowercase_assumed = vocabulary.lowercase.is_none();
        let words = match reading {
            Reading::Engine => Words::Engine(EngineWordPiece::new(&source, &vocabulary)?),
            Reading::Reference | Reading::Published => {
                Words::Library(Box::new(reference::build(&source, &vocabulary)?))
            }
        };
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
        ids.iter()
            .map(|&id| match &self.words {
                Words::Library(library) => library.piece(id),
                Words::Engine(engine) => engine.piece(id),
            })
            .collect()
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
        }
    }
}
