//! What is odd about a tokenizer's file: told and not refused, because the file can still be compared.

/// The most that are listed; the others are counted.
const MOST_LISTED: usize = 64;

/// Something that readers of the file may disagree about, or that its author may not have meant. Texts are cut after
/// 300 characters.
#[derive(Clone, Debug, PartialEq)]
pub enum Oddity {
    /// Two pieces have one id: which of them the id stands for depends on the reader.
    SameId {
        /// The id.
        id: u32,
        /// The piece that stands first in this description.
        first: String,
        /// The other.
        second: String,
    },
    /// One text has two ids: which of them it gets depends on the reader, and llama.cpp refuses such a file.
    SamePiece {
        /// The text.
        piece: String,
        /// Its first id.
        first: u32,
        /// Its other id.
        second: u32,
    },
    /// Ids without a piece.
    Gap {
        /// The first of them.
        first: u32,
        /// How many follow one another, this one included.
        ids: u32,
    },
    /// A piece without text.
    EmptyPiece {
        /// Its id.
        id: u32,
    },
    /// An added token is given another id than the file states: the library numbers added tokens itself.
    AddedElsewhere {
        /// The token.
        content: String,
        /// The id in the file.
        stated: u32,
        /// The id that the library gives it.
        given: u32,
    },
    /// An added token is listed twice.
    AddedTwice {
        /// The token.
        content: String,
    },
    /// Two special tokens cannot be told apart by eye.
    Lookalikes {
        /// The first by id.
        first: u32,
        /// The other.
        second: u32,
        /// The text of the first.
        first_content: String,
        /// The text of the other.
        second_content: String,
    },
    /// A merge takes or makes a piece that the vocabulary does not have.
    MergeOfUnknown {
        /// Its place in the order, from 0.
        rank: usize,
        /// The missing piece.
        missing: String,
    },
    /// A merge is listed twice: the library takes the last, llama.cpp the first.
    MergeTwice {
        /// Where it stands first.
        first: usize,
        /// Where it stands again.
        second: usize,
    },
    /// A merge is not two pieces with one space between them.
    MergeMalformed {
        /// Its place in the order, from 0.
        rank: usize,
    },
    /// A score is infinite or no number.
    ScoreNotFinite {
        /// The piece's id.
        id: u32,
    },
    /// A role is given to a token that the vocabulary does not have.
    RoleWithoutToken {
        /// The role, as [`crate::Role::as_str`] writes it.
        role: &'static str,
        /// What the file gives it.
        stated: String,
    },
    /// `tokenizer_config.json` says something else than `tokenizer.json`: transformers goes by the former, others do not.
    ConfigDisagrees {
        /// The key in `tokenizer_config.json`.
        key: String,
        /// What stands there.
        config: String,
        /// What `tokenizer.json` says.
        tokenizer_json: String,
    },
    /// A field that no reader of this format knows.
    UnknownField {
        /// Its path in the file.
        path: String,
    },
}

/// The oddities of a file, bounded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Oddities {
    /// The first of them, at most 64.
    pub listed: Vec<Oddity>,
    /// How many more there are.
    pub left_out: usize,
}

impl Oddities {
    pub(crate) fn add(&mut self, oddity: Oddity) {
        if self.listed.len() < MOST_LISTED {
            self.listed.push(oddity);
        } else {
            self.left_out += 1;
        }
    }
}
