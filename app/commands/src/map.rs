//! The map of a suite: what stands beside it, and its points tap by tap.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use parallax_store::{Case, ItemWays};
use parallax_wire::{Error, MapLegend, MapPoint, MapPoints, SuiteMap};

use crate::error::{Coded, base_name, refuse};

/// What stands beside the map of a suite; `None` where the audit made none. Positions are left out.
///
/// Categories are those that the suite's primary reader sorts into.
///
/// # Errors
/// When the case cannot be opened.
pub fn map_legend(path: &Path, suite: &str) -> Result<Option<MapLegend>, Error> {
    map_legend_in(&Case::open(path).bad_input()?, suite)
}

pub(crate) fn map_legend_in(case: &Case, suite: &str) -> Result<Option<MapLegend>, Error> {
    let Some(map) = case.map_outline(suite).internal()? else { return Ok(None) };
    let drawn = Drawn::read(case, suite, &map)?;
    Ok(Some(MapLegend {
        suite: suite.to_owned(),
        texts: drawn.items.into_iter().map(|item| item.text).collect(),
        categories: drawn.categories,
        languages: drawn.languages,
        reader: drawn.reader,
        aligned: map.aligned,
        items: map.items,
        taps: map.taps,
    }))
}

/// The points of a suite's map at a tap of the nominal variant, in the order of the legend.
///
/// # Errors
/// When the case cannot be opened, or has no such map.
pub fn map_points(path: &Path, suite: &str, tap: u32) -> Result<MapPoints, Error> {
    map_points_in(&Case::open(path).bad_input()?, suite, tap)
}

pub(crate) fn map_points_in(case: &Case, suite: &str, tap: u32) -> Result<MapPoints, Error> {
    let missing = || refuse(format!("`{}` has no map of `{suite}` at tap {tap}", base_name(case.path())));
    let map = case.map_outline(suite).internal()?.ok_or_else(missing)?;
    let at = case.map_tap(suite, tap).internal()?.ok_or_else(missing)?;
    if at.positions.0.len() != 4 * map.items.len() {
        return Err(refuse(format!("the map of `{suite}` in `{}` is not whole at tap {tap}", base_name(case.path()))));
    }
    let drawn = Drawn::read(case, suite, &map)?;
    let (categories, languages) = (numbered(&drawn.categories), numbered(&drawn.languages));
    let category = |name: &Option<String>| categories.get(name.as_deref()?).copied();
    let points = drawn.items.iter().zip(at.positions.0.chunks_exact(4)).map(|(item, numbers)| MapPoint {
        nominal_at: [numbers[0], numbers[1]],
        operative_at: [numbers[2], numbers[3]],
        nominal: category(&item.nominal),
        operative: category(&item.operative),
        language: languages.get(item.language.as_str()).copied().unwrap_or_default(),
    });
    Ok(MapPoints(points.collect()))
}

/// Each name with its place in the list.
fn numbered(list: &[String]) -> BTreeMap<&str, u16> {
    // The largest number stands for no category; a file with so many names is no map that can be drawn.
    list.iter().map(String::as_str).zip(0..u16::MAX).collect()
}

/// The items of a map, and the lists that its points count in.
struct Drawn {
    /// In the order of the map.
    items: Vec<ItemWays>,
    categories: Vec<String>,
    languages: Vec<String>,
    reader: Option<String>,
}

impl Drawn {
    fn read(case: &Case, suite: &str, map: &SuiteMap) -> Result<Self, Error> {
        let audit = case.audit().internal()?;
        let primary = audit.iter().flat_map(|audit| &audit.readers).find(|read| read.primary && read.suite == suite);
        let reader = primary.map(|read| read.reader.clone());
        let asked = audit.iter().flat_map(|audit| &audit.suites).find(|asked| asked.id == suite);
        let categories = primary.map(|read| &read.categories).or(asked.map(|asked| &asked.categories));
        let categories = categories.cloned().unwrap_or_default();
        let mut by_id = case.item_ways(suite, reader.as_deref()).internal()?;
        let missing = |id: &String| {
            refuse(format!("`{}` has no item `{suite}/{id}`, which its map shows", base_name(case.path())))
        };
        let items: Vec<ItemWays> =
            map.items.iter().map(|id| by_id.remove(id).ok_or_else(|| missing(id))).collect::<Result<_, _>>()?;
        let languages: BTreeSet<String> = items.iter().map(|item| item.language.clone()).collect();
        Ok(Self { items, categories, languages: languages.into_iter().collect(), reader })
    }
}
