//! What the map is drawn from: the points of one step with their legend, and which of them are brought out.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use parallax_plots::map::is_flip;
use parallax_wire::{Finding, LoadMap, MapLegend, MapPoints};

use crate::bridge;
use crate::load::{Loaded, load_by};
use crate::place::MapQuery;
use crate::session::Session;

/// Points with the suite they belong to.
#[derive(Clone, Debug)]
pub(super) struct Points {
    suite: String,
    points: MapPoints,
}

/// A legend with its points.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    legend: Arc<Option<MapLegend>>,
    points: Arc<Points>,
}

// The same reply is the same drawing: thousands of points need not be looked at to see that.
impl PartialEq for Drawn {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.legend, &other.legend) && Arc::ptr_eq(&self.points, &other.points)
    }
}

impl Drawn {
    /// The drawing, once legend and points are there and belong together.
    pub(super) fn of(legend: Loaded<Option<MapLegend>>, points: Loaded<Points>) -> Option<Self> {
        let drawn = Self { legend: legend.ready()?, points: points.ready()? };
        let legend = drawn.legend.as_ref().as_ref()?;
        let fits = legend.suite == drawn.points.suite && legend.items.len() == drawn.points.points.0.len();
        fits.then_some(drawn)
    }

    /// What stands beside the points.
    pub(super) fn legend(&self) -> Option<&MapLegend> {
        self.legend.as_ref().as_ref()
    }

    /// The points.
    pub(super) fn points(&self) -> &[parallax_wire::MapPoint] {
        &self.points.points.0
    }

    /// Place of an item in the legend.
    pub(super) fn index(&self, suite: &str, item: &str) -> Option<usize> {
        let legend = self.legend().filter(|legend| legend.suite == suite)?;
        legend.items.iter().position(|known| known == item)
    }

    /// Suite and id of an item.
    pub(super) fn key(&self, index: usize) -> Option<(String, String)> {
        let legend = self.legend()?;
        Some((legend.suite.clone(), legend.items.get(index)?.clone()))
    }

    /// Categories of an item in the nominal and in the operative variant.
    pub(super) fn sorted(&self, index: usize) -> (Option<String>, Option<String>) {
        let (Some(legend), Some(point)) = (self.legend(), self.points().get(index)) else { return (None, None) };
        let category = |index: Option<u16>| legend.categories.get(usize::from(index?)).cloned();
        (category(point.nominal), category(point.operative))
    }

    /// Text and language of an item.
    pub(super) fn text(&self, index: usize) -> Option<(String, String)> {
        let legend = self.legend()?;
        let language = self.points().get(index).and_then(|point| legend.languages.get(usize::from(point.language)));
        Some((legend.texts.get(index)?.clone(), language.cloned().unwrap_or_else(|| "und".to_owned())))
    }
}

/// Loads the points of `step` now and whenever suite or step change; old ones stay until the new ones are there.
pub(super) fn load_points(
    session: Session,
    legend: RwSignal<Loaded<Option<MapLegend>>>,
    step: Memo<Option<u32>>,
) -> RwSignal<Loaded<Points>> {
    // The legend's suite and not the wanted one: a step belongs to the legend that it was taken from.
    let suite = Memo::new(move |_| Some(legend.get().ready()?.as_ref().as_ref()?.suite.clone()));
    load_by(move || {
        let (suite, tap, case) = (suite.get()?, step.get()?, session.case_id()?);
        Some(async move {
            let points = bridge::load_map(&LoadMap { case, suite: suite.clone(), tap }).await?;
            Ok(Points { suite, points })
        })
    })
}

/// The texts of the items as they are searched.
pub(super) fn searched(text: &str) -> String {
    text.to_lowercase()
}

/// Which items the filters of the page keep; `None` when there is no filter.
///
/// `texts` are those of the items as [`searched`] gives them; without any, no words are looked for.
pub(super) fn emphasis(
    drawn: &Drawn,
    query: &MapQuery,
    finding: Option<&Finding>,
    search: &str,
    texts: Option<&[String]>,
) -> Option<Vec<bool>> {
    let legend = drawn.legend()?;
    let search = searched(search.trim());
    let finding: Option<BTreeSet<&str>> = finding.map(|finding| finding.items.iter().map(String::as_str).collect());
    if query.language.is_none() && finding.is_none() && !query.moved && search.is_empty() {
        return None;
    }
    let wanted = query.language.as_ref().map(|tag| legend.languages.iter().position(|known| known == tag));
    let keeps = |index: usize| {
        let point = &drawn.points()[index];
        wanted.is_none_or(|wanted| wanted == Some(usize::from(point.language)))
            && finding.as_ref().is_none_or(|items| items.contains(legend.items[index].as_str()))
            && (!query.moved || is_flip(point))
            && (search.is_empty()
                || texts.is_none_or(|texts| texts.get(index).is_some_and(|text| text.contains(&search))))
    };
    Some((0..legend.items.len()).map(keeps).collect())
}
