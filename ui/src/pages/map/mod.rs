//! The map: where each item lies in both variants, with the selected item beside it and the same as a table.

mod brief;
mod choose;
mod data;
mod explain;
mod figure;
mod keys;
mod labels;
mod moving;
mod still;
mod table;

use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::{Audit, MapLegend, ShowMap};

use crate::load::{Loaded, load};
use crate::parts::{Drawer, Failed, wide};
use crate::place::{MapQuery, Place};
use crate::say::text;
use crate::session::{Session, session};

use brief::Brief;
use choose::Choose;
use data::{Drawn, emphasis, load_points, searched};
use explain::Explain;
use figure::Figure;
use table::MapTable;

/// The map; what it shows follows the address.
#[component]
pub(crate) fn Map() -> impl IntoView {
    let session = session();
    // When one leaves, the old query stays for the moment until the page is gone.
    let query = Memo::new(move |before: Option<&MapQuery>| match session.place.get() {
        Place::Map(query) => query,
        _ => before.cloned().unwrap_or_default(),
    });
    let first = first_suite(session);
    let suite = Memo::new(move |_| {
        let query = query.get();
        let of_finding = || untrack(|| session.finding(query.finding.as_deref()?)?.suite);
        query.suite.clone().or_else(of_finding).or_else(|| first.clone()).unwrap_or_default()
    });
    let legend = load(move || Some(ShowMap { case: session.case_id()?, suite: suite.get() }));
    let step = Memo::new(move |_| {
        let legend = legend.get().ready()?;
        let taps = &legend.as_ref().as_ref()?.taps;
        let asked = query.with(|query| query.step);
        let known = asked.filter(|asked| taps.iter().any(|tap| tap.nominal_tap == *asked));
        known.or(taps.last().map(|tap| tap.nominal_tap))
    });
    let wide = wide();
    let search = RwSignal::new(String::new());
    let points = load_points(session, legend, step);
    let drawn = Memo::new(move |_| Drawn::of(legend.get(), points.get()));
    // Thousands of texts are made ready once, by whoever searches in them, and not at every key.
    let searching = Memo::new(move |_| search.with(|search| !search.trim().is_empty()));
    let texts = Memo::new(move |_| {
        let drawn = drawn.get().filter(|_| searching.get())?;
        Some(Arc::new(drawn.legend()?.texts.iter().map(|text| searched(text)).collect::<Vec<_>>()))
    });
    let brought_out = Memo::new(move |_| {
        let drawn = drawn.get()?;
        let texts = texts.get();
        let query = query.get();
        let finding = untrack(|| query.finding.as_deref().and_then(|id| session.finding(id)));
        let texts = texts.as_ref().map(|texts| texts.as_slice());
        emphasis(&drawn, &query, finding.as_ref(), &search.get(), texts).map(Arc::new)
    });
    view! {
        <header>
            <h1 tabindex="-1">{text("window-nav-map")}</h1>
        </header>
        <Choose query suite legend step search />
        {move || state(&legend.get(), &points.get())}
        <div class="with-item on-map" class:unseen-map=move || drawn.with(Option::is_none)>
            <Figure drawn brought_out />
            <Show when=move || wide.get() fallback=move || view! { <Brief drawn /> }>
                <Drawer />
            </Show>
            <section class="stack rest">
                <Explain legend step />
                <MapTable drawn brought_out />
            </section>
        </div>
    }
}

/// The suite that the map begins with: the selected item's, or else the first one.
fn first_suite(session: Session) -> Option<String> {
    let selected = session.selected.get_untracked().map(|(suite, _)| suite);
    let first = |audit: &Audit| audit.suites.first().map(|suite| suite.id.clone());
    selected.or_else(|| untrack(|| session.with_audit(first)).flatten())
}

/// What stands in the place of a map that is not there.
fn state(legend: &Loaded<Option<MapLegend>>, points: &Loaded<data::Points>) -> Option<AnyView> {
    match (legend, points) {
        (Loaded::Failed(error), _) | (_, Loaded::Failed(error)) => {
            Some(view! { <Failed error=error.clone() /> }.into_any())
        }
        (Loaded::Ready(legend), _) if legend.is_none() => {
            Some(view! { <p class="note-box" role="status">{text("window-map-none")}</p> }.into_any())
        }
        (Loaded::Waiting, _) | (_, Loaded::Waiting) => {
            Some(view! { <p class="quiet" role="status" aria-busy="true">{text("window-loading")}</p> }.into_any())
        }
        _ => None,
    }
}
