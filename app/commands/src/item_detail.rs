//! One item with what is near it in both variants and what was said about it.

use std::path::Path;

use parallax_store::{AnnotationFilter, Case};
use parallax_wire::{Error, ItemDetail, ItemRecord, Neighbour, TargetKind};

use crate::case::item;
use crate::error::Coded;

/// One item of a suite with its neighbours and notes.
///
/// # Errors
/// When the case cannot be opened, or has no such item.
pub fn item_detail(path: &Path, suite: &str, id: &str) -> Result<ItemDetail, Error> {
    item_detail_in(&Case::open(path).bad_input()?, suite, id)
}

pub(crate) fn item_detail_in(case: &Case, suite: &str, id: &str) -> Result<ItemDetail, Error> {
    let name = format!("{suite}/{id}");
    let item = item(case, &name)?;
    let mut neighbours = Vec::new();
    for (id, nominal_rank, operative_rank) in ranks(&item) {
        // An id without its item could only come from a file that was changed by hand.
        if let Some(found) = case.item(suite, id).internal()? {
            let (text, language, category) = (found.text, found.language, found.category);
            neighbours.push(Neighbour { id: found.id, text, language, category, nominal_rank, operative_rank });
        }
    }
    let on_it =
        AnnotationFilter { target: Some(TargetKind::Item), target_id: Some(name), ..AnnotationFilter::everything() };
    let notes = case.annotations(&on_it).internal()?;
    Ok(ItemDetail { item, neighbours, notes })
}

/// Id and rank in both variants of every neighbour: kept ones, then lost, then gained, each by rank.
fn ranks(item: &ItemRecord) -> Vec<(&str, Option<u64>, Option<u64>)> {
    let (nominal, operative) = (&item.nominal_neighbours, &item.operative_neighbours);
    let rank = |list: &[String], id: &str| (1..).zip(list).find(|(_, other)| *other == id).map(|(rank, _)| rank);
    let mut ranks: Vec<_> = nominal.iter().map(|id| (id.as_str(), rank(nominal, id), rank(operative, id))).collect();
    // A stable sort: within kept and within lost the nominal rank decides.
    ranks.sort_by_key(|(_, _, operative)| operative.is_none());
    let gained = operative.iter().filter(|id| !nominal.contains(id));
    ranks.extend(gained.map(|id| (id.as_str(), None, rank(operative, id))));
    ranks
}
