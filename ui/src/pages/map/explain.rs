//! How far the map can be trusted, in words.

use leptos::prelude::*;
use parallax_wire::MapLegend;

use crate::load::Loaded;
use crate::parts::percent;
use crate::say::{count, say, text};

/// Below this share, the page says that the plane shows little.
const LITTLE: f64 = 0.5;

/// What the plane shows of the real distances, and what else one must know about it.
#[component]
pub(super) fn Explain(legend: RwSignal<Loaded<Option<MapLegend>>>, step: Memo<Option<u32>>) -> impl IntoView {
    move || {
        let legend = legend.get().ready()?;
        let legend = legend.as_ref().as_ref()?;
        let step = step.get()?;
        let tap = legend.taps.iter().find(|tap| tap.nominal_tap == step)?;
        let slots = [("explained", count(percent(tap.explained))), ("kept", count(percent(tap.kept_neighbours)))];
        let little = tap.explained < LITTLE || tap.kept_neighbours < LITTLE;
        Some(view! {
            <div class="note-box">
                <p>{say("window-map-plane", slots)}</p>
                {little.then(|| view! { <p>{text("window-map-plane-little")}</p> })}
                {legend.aligned.then(|| view! { <p>{text("window-map-turned")}</p> })}
                {legend.reader.is_none().then(|| view! { <p>{text("window-map-no-reader")}</p> })}
            </div>
        })
    }
}
