//! Maps of the items: where each lies in both variants, tap by tap.

use parallax_compare::geometry::Neighbours;
use parallax_compare::projection::project;
use parallax_datasets::Suite;
use parallax_wire::{MapTap, RegimeKind, Series, SuiteMap};
use rayon::prelude::*;

use super::items::Chosen;
use super::measures::{NEIGHBOURS, tap_pairs};
use super::nearest::Nearest;
use super::reading::ReadItem;
use super::states::Passes;

/// The map of one suite at every pair of taps that spans a plane; `None` where none does.
///
/// The first token's state before the first layer, for example, is the same for every text.
pub(crate) fn suite_map(
    suite: &Suite,
    chosen: &Chosen,
    nearest: &Nearest,
    items: &[ReadItem<'_>],
    passes: &Passes,
    regime: RegimeKind,
) -> Option<SuiteMap> {
    let same_basis = regime == RegimeKind::SameBasis;
    let taps: Vec<MapTap> = tap_pairs(passes.nominal.n_taps, passes.operative.n_taps)
        .par_iter()
        .filter_map(|&pair| map_tap(chosen, nearest, passes, pair, same_basis))
        .collect();
    (!taps.is_empty()).then(|| SuiteMap {
        suite: suite.id.clone(),
        items: chosen.items.iter().map(|&item| items[item].item.id.clone()).collect(),
        aligned: !same_basis,
        taps,
    })
}

fn map_tap(
    chosen: &Chosen,
    nearest: &Nearest,
    passes: &Passes,
    pair: (usize, usize),
    same_basis: bool,
) -> Option<MapTap> {
    let nominal = chosen.states(&passes.nominal, pair.0);
    let operative = chosen.states(&passes.operative, pair.1);
    let few = chosen.len() <= NEIGHBOURS;
    // Of a handful of items every other one is a neighbour.
    let all = few.then(|| Neighbours::find(nominal.view(), chosen.len().saturating_sub(1)));
    let nearest = all.as_ref().map_or_else(|| nearest.at(pair.0), |all| all.as_ref().map_err(Clone::clone)).ok()?;
    let projected = project(nominal.view(), operative.view(), same_basis, nearest).ok()?;
    let positions = projected.nominal.rows().into_iter().zip(projected.operative.rows());
    Some(MapTap {
        nominal_tap: pair.0 as u32,
        operative_tap: pair.1 as u32,
        explained: projected.explained,
        kept_neighbours: projected.kept_neighbours,
        positions: Series(
            positions
                .flat_map(|(nominal, operative)| [nominal[0], nominal[1], operative[0], operative[1]])
                .map(|number| number as f32)
                .collect(),
        ),
    })
}
