//! What converters do to vocabularies, so that their habits are not taken for somebody's changes.
//! Source: llama.cpp's `convert_hf_to_gguf.py`, `get_vocab_base`, `does_token_look_special`, `BertModel.set_vocab`.

use super::rows::Examples;
use crate::description::{Description, Origin, Piece, PieceKind};

/// A habit of a converter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConverterRule {
    /// Ids without a piece are filled with `[PAD{id}]`, up to the rows of the model's token table.
    Padded,
    /// `▁` in added tokens is written as a space.
    SpaceInAdded,
    /// Old converters write bracketed WordPieces, such as `[unused1]`, without the mark of a word's start.
    BareBrackets,
    /// Added tokens that look special are made special.
    LooksSpecial,
    /// Scores of tokens that are no pieces of text are not used, and written as the converter likes.
    ScoreUnused,
    /// Where the published file names no token that begins or ends texts, the converter writes those of the roles `cls`
    /// and `sep` (gguf-py, `vocab.py`, `SpecialVocab`).
    RoleFromOther,
}

impl ConverterRule {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            ConverterRule::Padded => "padded",
            ConverterRule::SpaceInAdded => "space-in-added",
            ConverterRule::BareBrackets => "bare-brackets",
            ConverterRule::LooksSpecial => "looks-special",
            ConverterRule::ScoreUnused => "score-unused",
            ConverterRule::RoleFromOther => "role-from-other",
        }
    }
}

/// Where a habit explains what would be a difference.
#[derive(Clone, Debug, PartialEq)]
pub struct ConverterNote {
    /// The habit.
    pub rule: ConverterRule,
    /// The ids that it explains.
    pub ids: Examples<u32>,
}

/// Notes under way.
#[derive(Default)]
pub(super) struct Notes(Vec<ConverterNote>);

impl Notes {
    pub(super) fn add(&mut self, rule: ConverterRule, id: u32) {
        let place = self.0.iter().position(|note| note.rule == rule).unwrap_or_else(|| {
            self.0.push(ConverterNote { rule, ids: Examples::default() });
            self.0.len() - 1
        });
        self.0[place].ids.add(id);
    }

    pub(super) fn into_list(mut self) -> Vec<ConverterNote> {
        self.0.sort_by_key(|note| note.rule);
        self.0
    }
}

/// Whether a piece is the filler that a converter writes where an id has no piece.
pub(super) fn is_filler(side: &Description, piece: &Piece) -> bool {
    let unused = matches!(piece.kind, PieceKind::Unused | PieceKind::Normal | PieceKind::UserDefined);
    // A BERT file's filler may have been written without the mark of a word's start.
    let text = piece.text.strip_prefix("##").unwrap_or(&piece.text);
    let number = text.strip_prefix("[PAD").and_then(|rest| rest.strip_suffix(']'));
    side.origin == Origin::Gguf && unused && number.is_some_and(|number| number == piece.id.to_string())
}

/// The habit by which one side's piece became the other's at the same id. `converted` stands in a GGUF.
pub(super) fn habit(converted: &Piece, original: &Piece) -> Option<ConverterRule> {
    let added = matches!(converted.kind, PieceKind::UserDefined | PieceKind::Control);
    if added && original.text.contains('\u{2581}') && original.text.replace('\u{2581}', " ") == converted.text {
        return Some(ConverterRule::SpaceInAdded);
    }
    let bracketed = original.text.starts_with('[') && original.text.ends_with(']');
    (bracketed && converted.text.strip_prefix("##") == Some(&original.text)).then_some(ConverterRule::BareBrackets)
}

/// Whether the converter makes an added token special that is not marked so.
pub(super) fn looks_special(content: &str) -> bool {
    let between = |begin, end| content.starts_with(begin) && content.ends_with(end);
    matches!(content, "<pad>" | "<mask>" | "<2mass>" | "[@BOS@]")
        || between("<|", "|>")
        || between("<\u{ff5c}", "\u{ff5c}>")
        || between("<unused", ">")
}
