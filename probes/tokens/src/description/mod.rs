//! What a tokenizer is, in one form whatever file says it: pieces, merges, special tokens, and how text is prepared.

mod checks;
mod engine;
mod gguf;
mod look;
mod model;
mod oddity;
mod post_processor;
mod property;
mod steps;
mod tokenizer_json;

pub(crate) use engine::patterns_of;
pub use gguf::describe_gguf;
pub(crate) use look::skeleton;
pub use look::{Look, looks};
pub(crate) use model::is_byte_piece;
pub use oddity::{Oddities, Oddity};
pub use property::{Part, Property, PropertyName, Stated};
pub use tokenizer_json::describe_json;

/// Which file said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `tokenizer.json`.
    TokenizerJson,
    /// The metadata of a GGUF.
    Gguf,
}

/// How words become pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelKind {
    /// The longest known beginning of a word, again and again (BERT).
    WordPiece,
    /// Pairs of pieces merged in a fixed order; also SentencePiece's form of it, where scores stand for the order.
    Bpe,
    /// The most probable sequence of pieces (SentencePiece, XLM-R, T5).
    Unigram,
    /// One piece a word.
    WordLevel,
}

impl ModelKind {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            ModelKind::WordPiece => "wordpiece",
            ModelKind::Bpe => "bpe",
            ModelKind::Unigram => "unigram",
            ModelKind::WordLevel => "wordlevel",
        }
    }
}

/// What a piece is for: llama.cpp's `enum llama_token_type`; for `tokenizer.json` as its added tokens say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// A piece of text.
    Normal,
    /// Stands for what cannot be spelled.
    Unknown,
    /// A special token.
    Control,
    /// Added after training, matched in the text before anything else, and not special.
    UserDefined,
    /// Fills a hole in the list of ids.
    Unused,
    /// One byte, `<0x00>` to `<0xFF>`, for characters that no piece spells.
    Byte,
}

impl PieceKind {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            PieceKind::Normal => "normal",
            PieceKind::Unknown => "unknown",
            PieceKind::Control => "control",
            PieceKind::UserDefined => "user-defined",
            PieceKind::Unused => "unused",
            PieceKind::Byte => "byte",
        }
    }
}

/// An entry of the vocabulary.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Its row in the model's token table.
    pub id: u32,
    /// Its text, as a published vocabulary writes it: a WordPiece that continues a word begins with `##`.
    pub text: String,
    /// Its score, where the file gives one; a log probability for Unigram, minus the order of merging for SentencePiece BPE.
    pub score: Option<f64>,
    /// What it is for.
    pub kind: PieceKind,
}

/// Two pieces that become one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Merge {
    /// The first.
    pub left: String,
    /// The second.
    pub right: String,
}

/// A token that was added after training. `None` where the file does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedToken {
    /// The id that a reader of the file gives it.
    pub id: u32,
    /// Its text. What it may hold that nobody sees is in `looks`.
    pub content: String,
    /// Special tokens are never made from ordinary text.
    pub special: Option<bool>,
    /// Matched only as a whole word.
    pub single_word: Option<bool>,
    /// Takes the white space before it.
    pub lstrip: Option<bool>,
    /// Takes the white space after it.
    pub rstrip: Option<bool>,
    /// Matched after the text was normalised rather than before.
    pub normalized: Option<bool>,
    /// What may deceive the eye.
    pub looks: Vec<Look>,
}

/// What a special token is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the roles are the field's own names")]
pub enum Role {
    Unknown,
    Padding,
    Begin,
    End,
    Classifier,
    Separator,
    Mask,
}

impl Role {
    /// All of them, in the order of a description.
    pub const ALL: [Role; 7] =
        [Role::Unknown, Role::Padding, Role::Begin, Role::End, Role::Classifier, Role::Separator, Role::Mask];

    /// The word used in reports: the field's abbreviation.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Unknown => "unk",
            Role::Padding => "pad",
            Role::Begin => "bos",
            Role::End => "eos",
            Role::Classifier => "cls",
            Role::Separator => "sep",
            Role::Mask => "mask",
        }
    }
}

/// A token by id and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedToken {
    /// Its id.
    pub id: u32,
    /// Its text.
    pub content: String,
}

/// A tokenizer as its file describes it, in one form for all files.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// The file's name.
    pub file: String,
    /// Which kind of file.
    pub origin: Origin,
    /// How words become pieces.
    pub kind: ModelKind,
    /// All pieces with the added tokens among them, by id and then as they stand in the file.
    pub pieces: Vec<Piece>,
    /// The merges in their order; `None` when the kind has none or the file keeps them elsewhere (a GGUF of the kind
    /// `llama` keeps scores instead).
    pub merges: Option<Vec<Merge>>,
    /// Added tokens by id; `None` when the file does not tell them from others (a GGUF without token types).
    pub added: Option<Vec<AddedToken>>,
    /// What each role is filled with, in the order of [`Role::ALL`]; a stated `None` is a role that nothing fills.
    pub roles: Vec<(Role, Stated<Option<NamedToken>>)>,
    /// How text is prepared and what is put around it, in the order of [`PropertyName::ALL`].
    pub properties: Vec<Property>,
    /// What is odd about the file.
    pub oddities: Oddities,
}

impl Description {
    /// A property's value.
    ///
    /// # Panics
    /// Never: every description holds all of them.
    pub fn property(&self, name: PropertyName) -> &Stated<String> {
        let found = self.properties.iter().find(|property| property.name == name);
        &found.expect("every description holds every property").value
    }

    /// What fills a role.
    ///
    /// # Panics
    /// Never: every description holds all of them.
    pub fn role(&self, role: Role) -> &Stated<Option<NamedToken>> {
        let found = self.roles.iter().find(|(name, _)| *name == role);
        &found.expect("every description holds every role").1
    }
}
