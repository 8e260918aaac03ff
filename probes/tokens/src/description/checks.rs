//! What is odd about pieces, merges and added tokens, and looking them up by id and by text.

use std::collections::HashMap;

use super::{AddedToken, Merge, Oddities, Oddity, Piece, skeleton};
use crate::published::excerpt;

/// A vocabulary to look things up in. A text with several ids has its first one.
pub(super) struct Lexicon<'p> {
    pieces: &'p [Piece],
    by_text: HashMap<&'p str, u32>,
}

impl<'p> Lexicon<'p> {
    /// `pieces` are sorted by id.
    pub(super) fn new(pieces: &'p [Piece]) -> Self {
        let mut by_text = HashMap::with_capacity(pieces.len());
        for piece in pieces {
            by_text.entry(piece.text.as_str()).or_insert(piece.id);
        }
        Lexicon { pieces, by_text }
    }

    pub(super) fn id(&self, text: &str) -> Option<u32> {
        self.by_text.get(text).copied()
    }

    pub(super) fn text(&self, id: u32) -> Option<&'p str> {
        let index = self.pieces.partition_point(|piece| piece.id < id);
        self.pieces.get(index).filter(|piece| piece.id == id).map(|piece| piece.text.as_str())
    }

    /// A token as people read it: its text, else its id.
    pub(super) fn shown(&self, id: u32) -> String {
        self.text(id).map_or_else(|| format!("#{id}"), str::to_owned)
    }
}

/// Ids and texts that occur twice, ids without a piece, pieces without text, scores that are no numbers.
/// `pieces` are sorted by id.
pub(super) fn check_pieces(pieces: &[Piece], oddities: &mut Oddities) {
    let mut due = 0;
    let mut previous: Option<&Piece> = None;
    let mut by_text: HashMap<&str, u32> = HashMap::with_capacity(pieces.len());
    for piece in pieces {
        match previous {
            Some(first) if first.id == piece.id => {
                let (first, second) = (excerpt(&first.text), excerpt(&piece.text));
                oddities.add(Oddity::SameId { id: piece.id, first, second });
            }
            _ if piece.id > due => oddities.add(Oddity::Gap { first: due, ids: piece.id - due }),
            _ => {}
        }
        due = piece.id.saturating_add(1);
        previous = Some(piece);
        if piece.text.is_empty() {
            oddities.add(Oddity::EmptyPiece { id: piece.id });
        }
        if piece.score.is_some_and(|score| !score.is_finite()) {
            oddities.add(Oddity::ScoreNotFinite { id: piece.id });
        }
        let first = *by_text.entry(&piece.text).or_insert(piece.id);
        if first != piece.id {
            oddities.add(Oddity::SamePiece { piece: excerpt(&piece.text), first, second: piece.id });
        }
    }
}

/// Merges that occur twice, or whose parts or product the vocabulary lacks. `prefix` is what continues a word in pieces.
pub(super) fn check_merges(merges: &[Merge], lexicon: &Lexicon<'_>, prefix: Option<&str>, oddities: &mut Oddities) {
    let mut seen: HashMap<&Merge, usize> = HashMap::with_capacity(merges.len());
    for (rank, merge) in merges.iter().enumerate() {
        let right = prefix.and_then(|prefix| merge.right.strip_prefix(prefix)).unwrap_or(&merge.right);
        let product = format!("{}{right}", merge.left);
        let missing = [&merge.left, &merge.right, &product].into_iter().find(|text| lexicon.id(text).is_none());
        if let Some(missing) = missing {
            oddities.add(Oddity::MergeOfUnknown { rank, missing: excerpt(missing) });
        }
        let first = *seen.entry(merge).or_insert(rank);
        if first != rank {
            oddities.add(Oddity::MergeTwice { first, second: rank });
        }
    }
}

/// Added tokens that look like one another.
pub(super) fn check_added(added: &[AddedToken], oddities: &mut Oddities) {
    let mut seen: HashMap<String, &AddedToken> = HashMap::with_capacity(added.len());
    for token in added {
        let first = *seen.entry(skeleton(&token.content)).or_insert(token);
        if first.content != token.content {
            oddities.add(Oddity::Lookalikes {
                first: first.id,
                second: token.id,
                first_content: excerpt(&first.content),
                second_content: excerpt(&token.content),
            });
        }
    }
}
