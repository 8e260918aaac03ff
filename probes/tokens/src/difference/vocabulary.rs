//! Pieces that only one side has, and pieces with another id: swapped, shifted or moved.

use std::collections::{BTreeMap, HashMap};

use super::converter::{ConverterRule, Notes, habit, is_filler};
use super::rows::Examples;
use crate::description::{Description, Origin, Piece};

/// How pieces and ids differ.
#[derive(Clone, Debug, PartialEq)]
pub struct VocabularyDifference {
    /// Pieces on the nominal side.
    pub nominal: usize,
    /// Pieces on the operative side.
    pub operative: usize,
    /// Pieces with the same id on both sides.
    pub same: usize,
    /// Pieces that only the nominal side has, by id.
    pub only_nominal: Examples<PieceRow>,
    /// Pieces that only the operative side has, by id.
    pub only_operative: Examples<PieceRow>,
    /// Pairs of pieces that have exchanged their ids.
    pub swapped: Examples<SwapRow>,
    /// Other pieces that have another id, by nominal id.
    pub moved: Examples<MovedRow>,
    /// The largest group of moved pieces that all moved equally far, where two or more did.
    pub shift: Option<Shift>,
}

impl VocabularyDifference {
    /// Rows of all sorts; a swap counts once.
    pub fn count(&self) -> usize {
        self.only_nominal.count() + self.only_operative.count() + self.swapped.count() + self.moved.count()
    }
}

/// A piece of one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PieceRow {
    /// Its id.
    pub id: u32,
    /// Its text.
    pub piece: String,
    /// The other side's piece with that id.
    pub other: Option<String>,
}

/// A piece that has another id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedRow {
    /// Its text.
    pub piece: String,
    /// Its nominal id.
    pub nominal_id: u32,
    /// Its operative id.
    pub operative_id: u32,
}

/// Two pieces that have exchanged their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwapRow {
    /// The lower id.
    pub first_id: u32,
    /// The higher id.
    pub second_id: u32,
    /// The nominal piece of the lower id, which is the operative piece of the higher.
    pub first: String,
    /// The nominal piece of the higher id, which is the operative piece of the lower.
    pub second: String,
}

/// Pieces that moved equally far, as when one was put in among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Operative id minus nominal id.
    pub by: i64,
    /// How many pieces.
    pub pieces: usize,
    /// The lowest nominal id among them.
    pub first_id: u32,
}

pub(super) fn compare(nominal: &Description, operative: &Description, notes: &mut Notes) -> VocabularyDifference {
    let (nominal_ids, operative_ids) = (by_text(&nominal.pieces), by_text(&operative.pieces));
    let mut difference = VocabularyDifference {
        nominal: nominal.pieces.len(),
        operative: operative.pieces.len(),
        same: 0,
        only_nominal: Examples::default(),
        only_operative: Examples::default(),
        swapped: Examples::default(),
        moved: Examples::default(),
        shift: None,
    };
    let mut moved: Vec<(&str, u32, u32)> = Vec::new();
    for piece in first_of_each(&nominal.pieces, &nominal_ids) {
        match operative_ids.get(piece.text.as_str()) {
            Some(&id) if id == piece.id => difference.same += 1,
            Some(&id) => moved.push((&piece.text, piece.id, id)),
            None => {
                let other = at(&operative.pieces, piece.id);
                if !explained(nominal, piece, other, &nominal_ids, notes) {
                    let (piece, other, id) = (piece.text.clone(), other.map(|other| other.text.clone()), piece.id);
                    difference.only_nominal.add(PieceRow { id, piece, other });
                }
            }
        }
    }
    for piece in first_of_each(&operative.pieces, &operative_ids) {
        if nominal_ids.contains_key(piece.text.as_str()) {
            continue;
        }
        let other = at(&nominal.pieces, piece.id);
        // A pair that a habit explains has been noted from the other side.
        let pair_noted = other.is_some_and(|other| {
            !operative_ids.contains_key(other.text.as_str()) && pair_habit(nominal, other, piece).is_some()
        });
        if !pair_noted && !explained(operative, piece, other, &operative_ids, notes) {
            let (piece, other, id) = (piece.text.clone(), other.map(|other| other.text.clone()), piece.id);
            difference.only_operative.add(PieceRow { id, piece, other });
        }
    }
    tell_moves(&moved, &mut difference);
    difference
}

/// Whether a piece that the other side lacks is a converter's doing; noted if so.
fn explained(
    side: &Description,
    piece: &Piece,
    other: Option<&Piece>,
    own_ids: &HashMap<&str, u32>,
    notes: &mut Notes,
) -> bool {
    let rule = match other {
        None => is_filler(side, piece).then_some(ConverterRule::Padded),
        Some(other) if !own_ids.contains_key(other.text.as_str()) => pair_habit(side, piece, other),
        Some(_) => None,
    };
    if let Some(rule) = rule {
        notes.add(rule, piece.id);
    }
    rule.is_some()
}

/// The habit that explains two pieces of one id, whichever of the two stands in a GGUF.
fn pair_habit(side: &Description, piece: &Piece, other: &Piece) -> Option<ConverterRule> {
    match side.origin {
        Origin::Gguf => habit(piece, other).or_else(|| habit(other, piece)),
        Origin::TokenizerJson => habit(other, piece),
    }
}

fn tell_moves(moved: &[(&str, u32, u32)], difference: &mut VocabularyDifference) {
    let by_nominal_id: HashMap<u32, usize> =
        moved.iter().enumerate().map(|(index, &(_, nominal_id, _))| (nominal_id, index)).collect();
    let mut shifts: BTreeMap<i64, (usize, u32)> = BTreeMap::new();
    for &(piece, nominal_id, operative_id) in moved {
        let partner = by_nominal_id.get(&operative_id).map(|&index| moved[index]);
        if let Some((other, other_nominal, other_operative)) = partner
            && other_operative == nominal_id
        {
            if nominal_id < other_nominal {
                difference.swapped.add(SwapRow {
                    first_id: nominal_id,
                    second_id: other_nominal,
                    first: piece.to_owned(),
                    second: other.to_owned(),
                });
            }
            continue;
        }
        let group = shifts.entry(i64::from(operative_id) - i64::from(nominal_id)).or_insert((0, nominal_id));
        group.0 += 1;
        difference.moved.add(MovedRow { piece: piece.to_owned(), nominal_id, operative_id });
    }
    let largest = shifts.into_iter().max_by_key(|&(by, (pieces, _))| (pieces, std::cmp::Reverse(by.abs())));
    difference.shift =
        largest.filter(|&(_, (pieces, _))| pieces > 1).map(|(by, (pieces, first_id))| Shift { by, pieces, first_id });
}

/// The first id of every text.
fn by_text(pieces: &[Piece]) -> HashMap<&str, u32> {
    let mut ids = HashMap::with_capacity(pieces.len());
    for piece in pieces {
        ids.entry(piece.text.as_str()).or_insert(piece.id);
    }
    ids
}

/// Pieces without the repetitions of a text, which are among the oddities of their side.
fn first_of_each<'p>(pieces: &'p [Piece], ids: &HashMap<&str, u32>) -> impl Iterator<Item = &'p Piece> {
    pieces.iter().filter(|piece| ids.get(piece.text.as_str()) == Some(&piece.id))
}

fn at(pieces: &[Piece], id: u32) -> Option<&Piece> {
    let index = pieces.partition_point(|piece| piece.id < id);
    pieces.get(index).filter(|piece| piece.id == id)
}
