//! Scores of pieces that both sides have.

use std::collections::{HashMap, HashSet};

use super::converter::{ConverterRule, Notes};
use super::rows::Examples;
use crate::description::{Description, Piece, PieceKind};

/// How scores differ. They are compared as 32-bit numbers, which is how GGUF files and SentencePiece models store them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScoresDifference {
    /// Pieces of text with a score on both sides.
    pub compared: usize,
    /// How many of those scores differ.
    pub differing: usize,
    /// The piece whose score differs most; scores that are no numbers come before all others.
    pub largest: Option<ScoreRow>,
    /// Pieces whose scores differ, by nominal id.
    pub rows: Examples<ScoreRow>,
    /// Why scores were not compared, where only one side states them.
    pub not_compared: Option<&'static str>,
}

/// A piece whose score differs.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreRow {
    /// Its nominal id.
    pub id: u32,
    /// Its text.
    pub piece: String,
    /// Its nominal score.
    pub nominal: f64,
    /// Its operative score.
    pub operative: f64,
}

impl ScoreRow {
    /// The distance, infinite where it is no number.
    fn distance(&self) -> f64 {
        let distance = (self.nominal - self.operative).abs();
        if distance.is_nan() { f64::INFINITY } else { distance }
    }
}

pub(super) fn compare(nominal: &Description, operative: &Description, notes: &mut Notes) -> ScoresDifference {
    let mut difference = ScoresDifference::default();
    let scored = |side: &Description| side.pieces.iter().any(|piece| piece.score.is_some());
    if scored(nominal) != scored(operative) {
        difference.not_compared = Some("only one side states scores; the other keeps merges, or needs none");
        return difference;
    }
    let mut others: HashMap<&str, &Piece> = HashMap::with_capacity(operative.pieces.len());
    for piece in &operative.pieces {
        others.entry(&piece.text).or_insert(piece);
    }
    // Repetitions of a text are among the oddities of their side.
    let mut seen = HashSet::with_capacity(nominal.pieces.len());
    for piece in nominal.pieces.iter().filter(|piece| seen.insert(piece.text.as_str())) {
        let Some(other) = others.get(piece.text.as_str()) else { continue };
        let (Some(nominal), Some(operative)) = (piece.score, other.score) else { continue };
        let same = (nominal as f32).to_bits() == (operative as f32).to_bits() || nominal == operative;
        if !is_text(piece.kind) || !is_text(other.kind) {
            if !same {
                notes.add(ConverterRule::ScoreUnused, piece.id);
            }
            continue;
        }
        difference.compared += 1;
        if same {
            continue;
        }
        difference.differing += 1;
        let row = ScoreRow { id: piece.id, piece: piece.text.clone(), nominal, operative };
        if difference.largest.as_ref().is_none_or(|largest| row.distance() > largest.distance()) {
            difference.largest = Some(row.clone());
        }
        difference.rows.add(row);
    }
    difference
}

/// Whether a piece is found in text by its score; all others are matched first or never.
fn is_text(kind: PieceKind) -> bool {
    kind == PieceKind::Normal
}
