//! Merges: one that was replaced, ones that only one side has, and ones that stand elsewhere in the order.

use std::borrow::Cow;
use std::collections::HashMap;

use super::rows::Examples;
use crate::description::{Description, Merge};

/// How merges differ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MergesDifference {
    /// Merges on the nominal side; `None` when it has or states none.
    pub nominal: Option<usize>,
    /// Merges on the operative side; `None` when it has or states none.
    pub operative: Option<usize>,
    /// Ranks at which either side has a merge that the other lacks everywhere.
    pub changed: Examples<ChangedMerge>,
    /// Other merges that only the nominal side has, by rank.
    pub only_nominal: Examples<MergeRow>,
    /// Other merges that only the operative side has, by rank.
    pub only_operative: Examples<MergeRow>,
    /// Merges of both sides that stand elsewhere in the order: the fewest whose moving makes the two orders the same.
    pub moved: Examples<MovedMerge>,
    /// Why merges were not compared, where only one side states them.
    pub not_compared: Option<&'static str>,
}

impl MergesDifference {
    /// Rows of all sorts.
    pub fn count(&self) -> usize {
        self.changed.count() + self.only_nominal.count() + self.only_operative.count() + self.moved.count()
    }
}

/// Two merges at one place, neither of which the other side has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedMerge {
    /// The place in the order, from 0.
    pub rank: usize,
    /// The nominal merge.
    pub nominal: Merge,
    /// The operative merge.
    pub operative: Merge,
}

/// A merge of one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeRow {
    /// Its place in the order, from 0.
    pub rank: usize,
    /// The merge.
    pub merge: Merge,
}

/// A merge of both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedMerge {
    /// The merge.
    pub merge: Merge,
    /// Its nominal place, from 0.
    pub nominal_rank: usize,
    /// Its operative place, from 0.
    pub operative_rank: usize,
}

pub(super) fn compare(nominal: &Description, operative: &Description) -> MergesDifference {
    let mut difference = MergesDifference {
        nominal: nominal.merges.as_ref().map(Vec::len),
        operative: operative.merges.as_ref().map(Vec::len),
        ..MergesDifference::default()
    };
    let convert = nominal.origin != operative.origin;
    let (nominal, operative) = match (&nominal.merges, &operative.merges) {
        (Some(nominal), Some(operative)) => (nominal, operative),
        (None, None) => return difference,
        _ => {
            difference.not_compared = Some("only one side states merges; the other keeps scores, or needs none");
            return difference;
        }
    };
    let (nominal, operative) = (&*as_converted(nominal, convert), &*as_converted(operative, convert));
    let (nominal_ranks, operative_ranks) = (ranks(nominal), ranks(operative));
    let lacks = |ranks: &HashMap<&Merge, usize>, list: &[Merge], rank: usize| {
        list.get(rank).is_some_and(|merge| !ranks.contains_key(merge))
    };
    // Ranks of merges that both sides have, in nominal order.
    let mut common = Vec::new();
    for (rank, merge) in nominal.iter().enumerate() {
        match operative_ranks.get(merge) {
            Some(&other) if nominal_ranks.get(merge) == Some(&rank) => common.push((rank, other)),
            // A repetition, which is among the oddities of its side.
            Some(_) => {}
            None if lacks(&nominal_ranks, operative, rank) => {
                let (nominal, operative) = (merge.clone(), operative[rank].clone());
                difference.changed.add(ChangedMerge { rank, nominal, operative });
            }
            None => difference.only_nominal.add(MergeRow { rank, merge: merge.clone() }),
        }
    }
    for (rank, merge) in operative.iter().enumerate() {
        if !nominal_ranks.contains_key(merge) && !lacks(&operative_ranks, nominal, rank) {
            difference.only_operative.add(MergeRow { rank, merge: merge.clone() });
        }
    }
    let in_order = longest_increasing(&common);
    for (&(nominal_rank, operative_rank), _) in common.iter().zip(in_order).filter(|(_, kept)| !kept) {
        difference.moved.add(MovedMerge { merge: nominal[nominal_rank].clone(), nominal_rank, operative_rank });
    }
    difference
}

/// Merges as a GGUF writes them: a space inside a piece becomes `Ġ`, since a space parts the two pieces there
/// (gguf-py, `vocab.py`, `_try_load_from_tokenizer_json`). Only where a GGUF is compared with another file.
fn as_converted(merges: &[Merge], convert: bool) -> Cow<'_, [Merge]> {
    let spaced = |merge: &Merge| merge.left.contains(' ') || merge.right.contains(' ');
    if !convert || !merges.iter().any(spaced) {
        return Cow::Borrowed(merges);
    }
    let written = |text: &str| text.replace(' ', "\u{120}");
    merges.iter().map(|merge| Merge { left: written(&merge.left), right: written(&merge.right) }).collect()
}

/// The first rank of every merge.
fn ranks(merges: &[Merge]) -> HashMap<&Merge, usize> {
    let mut ranks = HashMap::with_capacity(merges.len());
    for (rank, merge) in merges.iter().enumerate() {
        ranks.entry(merge).or_insert(rank);
    }
    ranks
}

/// Which entries belong to a longest subsequence whose second numbers increase (patience sorting; Fredman 1975).
fn longest_increasing(list: &[(usize, usize)]) -> Vec<bool> {
    // The place of the smallest last entry of a subsequence of each length.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(list.len());
    for (place, &(_, value)) in list.iter().enumerate() {
        let length = ends.partition_point(|&end| list[end].1 < value);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(place);
        } else {
            ends[length] = place;
        }
    }
    let mut kept = vec![false; list.len()];
    let mut place = ends.last().copied();
    while let Some(at) = place {
        kept[at] = true;
        place = before[at];
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::longest_increasing;

    #[test]
    fn the_fewest_entries_are_left_out_of_an_order() {
        let list: Vec<(usize, usize)> = [0, 4, 1, 2, 3, 5].into_iter().enumerate().collect();
        assert_eq!(longest_increasing(&list), [true, false, true, true, true, true], "only the 4 stands elsewhere");
        assert!(longest_increasing(&[]).is_empty(), "nothing stands nowhere");
    }
}
