//! Pairs every deployed tensor with the published ones behind it, by name, by shape and by what is fused in it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::blocks::BlockMap;
use super::explain::{Context, Side, Unmatched, is_embedding, is_output};
use super::family::Family;
use super::layouts::{Proposer, stored_rows};
use super::meaning::{Atom, Meaning, Named, Scheme};
use super::{Facts, Reason};
use crate::Layout;

/// A deployed tensor and the published ones whose rows make it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Place of the deployed tensor in its list.
    pub operative: usize,
    /// Places of the published tensors, in the order in which their rows follow one another.
    pub nominal: Vec<usize>,
    /// Changes that a converter may have made to the rows, the likeliest first.
    /// Empty when the names agree and no known change leads from one shape to the other.
    pub layouts: Vec<Layout>,
    /// Rows of the deployed tensor that the published ones stand for: all of them, unless tokens or positions
    /// were added to it.
    pub operative_rows: Range<usize>,
}

/// Two lists of tensors, held side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alignment {
    /// Deployed tensors with counterparts, in the order of their list.
    pub pairs: Vec<Pair>,
    /// Tensors without counterpart: the published ones first, each side in the order of its list.
    pub unmatched: Vec<Unmatched>,
    /// Which published block stands behind each deployed one.
    pub blocks: BlockMap,
}

impl Alignment {
    /// Tensors that nothing explains.
    pub fn unexplained(&self) -> impl Iterator<Item = &Unmatched> {
        self.unmatched.iter().filter(|unmatched| unmatched.reason == Reason::Unknown)
    }
}

/// Pairs the tensors of two variants, each a checkpoint or a GGUF.
///
/// Names: `tensor_mapping.py` of llama.cpp's gguf-py; layouts: its `conversion/*.py`. Nothing is read from the tensors,
/// so the first layout that makes the numbers agree decides.
pub fn align(
    nominal: &[Named<'_>],
    nominal_facts: &Facts,
    operative: &[Named<'_>],
    operative_facts: &Facts,
) -> Alignment {
    let (published, deployed) = (Scheme::of(nominal).meanings(nominal), Scheme::of(operative).meanings(operative));
    let blocks = BlockMap::find((nominal, &published), (operative, &deployed));
    Aligner::new((nominal, nominal_facts, published), (operative, operative_facts, deployed), blocks).run()
}

/// As [`align`], with the published block behind each deployed one given as pairs of operative and nominal numbers:
/// for files with fewer blocks whose order was found by comparing numbers.
pub fn align_blocks(
    nominal: &[Named<'_>],
    nominal_facts: &Facts,
    operative: &[Named<'_>],
    operative_facts: &Facts,
    blocks: &[(usize, usize)],
) -> Alignment {
    let (published, deployed) = (Scheme::of(nominal).meanings(nominal), Scheme::of(operative).meanings(operative));
    let blocks = BlockMap::given(blocks);
    Aligner::new((nominal, nominal_facts, published), (operative, operative_facts, deployed), blocks).run()
}

/// One side's tensors, configuration and what its names say.
type Listed<'a> = (&'a [Named<'a>], &'a Facts, Vec<Meaning>);

/// Deployed tensors that hold one matrix, by the published block and what they hold.
type Alone<'m> = BTreeMap<(Option<usize>, &'m Atom), usize>;

struct Aligner<'a> {
    nominal: &'a [Named<'a>],
    nominal_facts: &'a Facts,
    published: Vec<Meaning>,
    operative: &'a [Named<'a>],
    deployed: Vec<Meaning>,
    proposer: Proposer<'a>,
    blocks: BlockMap,
    pairs: BTreeMap<usize, Pair>,
    used: BTreeSet<usize>,
}

impl<'a> Aligner<'a> {
    fn new(nominal: Listed<'a>, operative: Listed<'a>, blocks: BlockMap) -> Self {
        let proposer = Proposer {
            family: Family::of(nominal.1, operative.1),
            nominal: nominal.1,
            operative: operative.1,
            schemes: (Scheme::of(nominal.0), Scheme::of(operative.0)),
        };
        Aligner {
            nominal: nominal.0,
            nominal_facts: nominal.1,
            published: nominal.2,
            operative: operative.0,
            deployed: operative.2,
            proposer,
            blocks,
            pairs: BTreeMap::new(),
            used: BTreeSet::new(),
        }
    }

    fn run(mut self) -> Alignment {
        let named = self.named();
        self.take(&named, true);
        self.fused();
        self.take(&named, false);
        self.untied();
        let unmatched = self.explained();
        Alignment { pairs: self.pairs.into_values().collect(), unmatched, blocks: self.blocks }
    }

    /// All pairs of tensors that have a name in common: how far down their lists of names it stands, and the two places.
    fn named(&self) -> Vec<(usize, usize, usize)> {
        type Places<'n> = BTreeMap<(Option<usize>, &'n str), Vec<(usize, usize)>>;
        let mut places = Places::new();
        for (index, meaning) in self.published.iter().enumerate() {
            for (rank, name) in meaning.names.iter().enumerate() {
                places.entry((meaning.block, name)).or_default().push((rank, index));
            }
        }
        let mut found = BTreeSet::new();
        for (operative, meaning) in self.deployed.iter().enumerate() {
            let Some(block) = self.nominal_block(meaning) else { continue };
            for (rank, name) in meaning.names.iter().enumerate() {
                for (other, nominal) in places.get(&(block, name.as_str())).into_iter().flatten() {
                    found.insert((rank + other, operative, *nominal));
                }
            }
        }
        found.into_iter().collect()
    }

    /// The published block behind a deployed tensor: outer `None` when there is none, inner `None` outside the blocks.
    fn nominal_block(&self, meaning: &Meaning) -> Option<Option<usize>> {
        match meaning.block {
            None => Some(None),
            Some(block) => self.blocks.nominal(block).map(Some),
        }
    }

    /// Takes pairs with a common name, the closest names first; in the first turn only where the shapes agree.
    fn take(&mut self, named: &[(usize, usize, usize)], shapes_agree: bool) {
        for &(_, operative, nominal) in named {
            if self.pairs.contains_key(&operative) || self.used.contains(&nominal) {
                continue;
            }
            let part = self.part(nominal, operative);
            let proposal = self.proposer.single(&part, &self.nominal[nominal], &self.operative[operative]);
            if proposal.layouts.is_empty() == shapes_agree {
                continue;
            }
            let operative_rows = proposal.operative_rows;
            self.insert(Pair { operative, nominal: vec![nominal], layouts: proposal.layouts, operative_rows });
        }
    }

    /// llama.cpp's name for what two paired tensors are, or the stored one where it has none.
    fn part(&self, nominal: usize, operative: usize) -> String {
        let names = |meaning: &'_ Meaning| meaning.names.iter().find(|name| !name.starts_with('=')).cloned();
        let gguf = match self.proposer.schemes {
            (Scheme::Gguf, _) => names(&self.published[nominal]),
            _ => names(&self.deployed[operative]),
        };
        gguf.unwrap_or_else(|| self.operative[operative].name.to_owned())
    }

    fn insert(&mut self, pair: Pair) {
        self.used.extend(&pair.nominal);
        self.pairs.insert(pair.operative, pair);
    }

    /// Pairs tensors that one side stores together and the other apart.
    fn fused(&mut self) {
        let mut places: BTreeMap<(Option<usize>, &Atom), (usize, usize)> = BTreeMap::new();
        // What has a counterpart by name and shape is whole.
        let free = (self.published.iter().enumerate()).filter(|(index, _)| !self.used.contains(index));
        for (index, meaning) in free {
            for (position, atom) in meaning.atoms.iter().enumerate() {
                places.entry((meaning.block, atom)).or_insert((index, position));
            }
        }
        let alone: Alone<'_> = (self.deployed.iter().enumerate())
            .filter_map(|(index, meaning)| match meaning.atoms.as_slice() {
                [atom] => Some(((self.nominal_block(meaning)?, atom), index)),
                _ => None,
            })
            .collect();
        let mut pairs = Vec::new();
        for (operative, meaning) in self.deployed.iter().enumerate() {
            let Some(block) = self.nominal_block(meaning).filter(|_| !self.pairs.contains_key(&operative)) else {
                continue;
            };
            let found: Option<Vec<(usize, usize)>> =
                meaning.atoms.iter().map(|atom| places.get(&(block, atom)).copied()).collect();
            let Some(found) = found else { continue };
            pairs.extend(self.joined(operative, &found).or_else(|| self.cut(operative, &found, &alone)));
        }
        pairs.into_iter().for_each(|pair| self.insert(pair));
    }

    /// A deployed tensor that is whole published ones below one another.
    fn joined(&self, operative: usize, found: &[(usize, usize)]) -> Option<Pair> {
        let mut nominal: Vec<usize> = Vec::new();
        let mut expected = Vec::new();
        for &(index, _) in found {
            if nominal.last() != Some(&index) {
                nominal.push(index);
                expected.extend((0..self.published[index].atoms.len()).map(|position| (index, position)));
            }
        }
        let columns = self.operative[operative].columns();
        let rows: usize = nominal.iter().map(|index| self.nominal[*index].rows()).sum();
        let fits = expected == found
            && nominal.iter().all(|index| self.nominal[*index].columns() == columns)
            && rows == self.operative[operative].rows();
        let operative_rows = 0..stored_rows(&self.operative[operative]);
        fits.then(|| Pair { operative, nominal, layouts: vec![Layout::AsStored], operative_rows })
    }

    /// A deployed tensor that is part of one published tensor.
    fn cut(&self, operative: usize, found: &[(usize, usize)], alone: &Alone<'_>) -> Option<Pair> {
        let (index, start) = *found.first()?;
        if found.iter().any(|(other, _)| *other != index) {
            return None;
        }
        let positions: Vec<usize> = found.iter().map(|(_, position)| *position).collect();
        let (source, target) = (&self.nominal[index], &self.operative[operative]);
        let heights = self.heights(index, alone)?;
        let total = positions.len();
        let step = if total > 1 { positions[1].checked_sub(start)? } else { heights.len() };
        let layout = if step == 1 && positions.windows(2).all(|pair| pair[1] == pair[0] + 1) {
            let first = heights[..start].iter().sum();
            Layout::TakeRows { of: source.rows(), first, count: heights[start..start + total].iter().sum() }
        } else {
            // Every so many matrices one is taken: all of them are of one height.
            let height = *heights.first()?;
            let even = heights.iter().all(|other| *other == height) && step * total == heights.len();
            let regular = positions.windows(2).all(|pair| pair[1] == pair[0] + step) && start < step;
            if total > 1 && !(even && regular) {
                return None;
            }
            let of = heights.iter().sum::<usize>() / total;
            Layout::TakeRows { of, first: heights[..start].iter().sum(), count: heights[start] }
        };
        let kept: usize = positions.iter().map(|position| heights[*position]).sum();
        let fits = source.columns() == target.columns() && kept == target.rows();
        let operative_rows = 0..stored_rows(target);
        fits.then(|| {
            let part = self.part(index, operative);
            Pair { operative, nominal: vec![index], layouts: self.proposer.cut(&part, layout, kept), operative_rows }
        })
    }

    /// Rows of each matrix fused in a published tensor: equal ones for experts, otherwise as the other side stores them.
    fn heights(&self, nominal: usize, alone: &Alone<'_>) -> Option<Vec<usize>> {
        let (meaning, rows) = (&self.published[nominal], self.nominal[nominal].rows());
        let count = meaning.atoms.len();
        if meaning.atoms.iter().any(|atom| atom.expert.is_some()) {
            return rows.is_multiple_of(count).then(|| vec![rows / count; count]);
        }
        let stored = |atom: &Atom| alone.get(&(meaning.block, atom)).map(|index| self.operative[*index].rows());
        let heights: Vec<usize> = meaning.atoms.iter().map(stored).collect::<Option<_>>()?;
        (heights.iter().sum::<usize>() == rows).then_some(heights)
    }

    /// A deployed output matrix of a model whose published one is the token embedding: a copy of it.
    fn untied(&mut self) {
        let (Some(output), Some(embedding)) =
            (self.deployed.iter().position(is_output), self.published.iter().position(is_embedding))
        else {
            return;
        };
        let free = !self.pairs.contains_key(&output) && !self.published.iter().any(is_output);
        if !free || self.nominal_facts.tied == Some(false) {
            return;
        }
        let proposal = self.proposer.single("output.weight", &self.nominal[embedding], &self.operative[output]);
        let operative_rows = proposal.operative_rows;
        self.insert(Pair { operative: output, nominal: vec![embedding], layouts: proposal.layouts, operative_rows });
    }

    /// Every tensor without counterpart, with its reason.
    fn explained(&self) -> Vec<Unmatched> {
        let context = Context {
            nominal: self.nominal,
            nominal_facts: self.nominal_facts,
            nominal_meanings: &self.published,
            operative_meanings: &self.deployed,
            schemes: self.proposer.schemes,
            family: self.proposer.family,
            kept_blocks: self.blocks.pairs.iter().map(|(_, published)| *published).collect(),
        };
        let published = (0..self.nominal.len()).filter(|index| !self.used.contains(index)).map(|index| Unmatched {
            side: Side::Nominal,
            index,
            reason: context.of_nominal(index),
        });
        let deployed = (0..self.operative.len()).filter(|index| !self.pairs.contains_key(index)).map(|index| {
            let reason = context.of_operative(index, self.operative[index].name);
            Unmatched { side: Side::Operative, index, reason }
        });
        published.chain(deployed).collect()
    }
}
