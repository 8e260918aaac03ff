//! Which published block stands behind each deployed one: the same number, unless blocks were taken out.

use std::collections::{BTreeMap, BTreeSet};

use super::meaning::{Meaning, Named};

/// How the blocks were told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockEvidence {
    /// Both sides have the same numbers.
    Same,
    /// Tensors with equal bytes show which block is which.
    Digests,
    /// The caller said so.
    Given,
    /// Nothing shows it; equal numbers are compared.
    Assumed,
}

/// Deployed block numbers and the published ones behind them; no published block stands behind two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockMap {
    /// How it is known.
    pub evidence: BlockEvidence,
    /// Pairs of an operative and a nominal block number, by operative number.
    pub pairs: Vec<(usize, usize)>,
}

impl BlockMap {
    /// The published block behind a deployed one.
    pub fn nominal(&self, operative: usize) -> Option<usize> {
        let place = self.pairs.binary_search_by_key(&operative, |(deployed, _)| *deployed).ok()?;
        Some(self.pairs[place].1)
    }

    /// A map that the caller knows.
    pub(super) fn given(pairs: &[(usize, usize)]) -> Self {
        let pairs: BTreeMap<usize, usize> = pairs.iter().copied().collect();
        BlockMap { evidence: BlockEvidence::Given, pairs: pairs.into_iter().collect() }
    }

    /// Finds the map. `llama-quantize --prune-layers` renumbers the blocks that are left.
    pub(super) fn find(nominal: (&[Named<'_>], &[Meaning]), operative: (&[Named<'_>], &[Meaning])) -> Self {
        let published = numbers(nominal.1);
        let deployed = numbers(operative.1);
        if published == deployed {
            let pairs = deployed.into_iter().map(|block| (block, block)).collect();
            return BlockMap { evidence: BlockEvidence::Same, pairs };
        }
        if let Some(pairs) = by_digests(nominal, operative, &deployed) {
            return BlockMap { evidence: BlockEvidence::Digests, pairs };
        }
        let pairs = deployed.intersection(&published).map(|block| (*block, *block)).collect();
        BlockMap { evidence: BlockEvidence::Assumed, pairs }
    }
}

fn numbers(meanings: &[Meaning]) -> BTreeSet<usize> {
    meanings.iter().filter_map(|meaning| meaning.block).collect()
}

/// An injective map for every deployed block, from digests that occur in one published block only.
fn by_digests(
    nominal: (&[Named<'_>], &[Meaning]),
    operative: (&[Named<'_>], &[Meaning]),
    deployed: &BTreeSet<usize>,
) -> Option<Vec<(usize, usize)>> {
    let mut places: BTreeMap<[u8; 32], BTreeSet<usize>> = BTreeMap::new();
    for (tensor, meaning) in nominal.0.iter().zip(nominal.1) {
        if let (Some(digest), Some(block)) = (tensor.digest, meaning.block) {
            places.entry(digest).or_default().insert(block);
        }
    }
    let mut votes: BTreeMap<usize, BTreeMap<usize, usize>> = BTreeMap::new();
    for (tensor, meaning) in operative.0.iter().zip(operative.1) {
        let (Some(digest), Some(block)) = (tensor.digest, meaning.block) else { continue };
        if let Some(found) = places.get(&digest).filter(|found| found.len() == 1).and_then(BTreeSet::first) {
            *votes.entry(block).or_default().entry(*found).or_default() += 1;
        }
    }
    let mut pairs = Vec::new();
    let mut taken = BTreeSet::new();
    for block in deployed {
        let counted = votes.get(block)?;
        let most = counted.values().copied().max()?;
        let mut winners = counted.iter().filter(|(_, count)| **count == most).map(|(published, _)| *published);
        let (winner, second) = (winners.next()?, winners.next());
        if second.is_some() || !taken.insert(winner) {
            return None;
        }
        pairs.push((*block, winner));
    }
    Some(pairs)
}
