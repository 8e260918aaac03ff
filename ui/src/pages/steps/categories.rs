//! Which categories changed most at the chosen step.

use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::ItemQuery;

use crate::parts::Category;
use crate::place::Place;
use crate::say::{count, say, text};

use super::drawn::{Drawable, Drawn};

/// The categories of measures that tell them apart, the one that changed most first.
#[component]
pub(super) fn Categories(drawn: Arc<Drawn>, chosen: Memo<usize>) -> impl IntoView {
    let split = |measure: &Drawable| measure.values.iter().flatten().any(|value| !value.by_category.is_empty());
    let Some(index) = drawn.measures.iter().position(split) else { return ().into_any() };
    let last = drawn.last();
    let title = {
        let drawn = Arc::clone(&drawn);
        move || {
            let tap = drawn.taps.get(chosen.get()).copied().unwrap_or_default();
            let k = count(drawn.measures[index].k);
            say("window-step-categories", [("k", k), ("step", count(tap)), ("last", count(last))])
        }
    };
    let technical = drawn.measures[index].name.clone();
    let rows = move || rows(&drawn, index, chosen.get());
    view! {
        <section class="card">
            <header>
                <h2>{title} " " <span class="quiet code">{technical}</span></h2>
                <p class="quiet small">{text("plot-categories-how")}</p>
            </header>
            <div class="scroll">
                <table class="by-category">
                    <thead>
                        <tr>
                            <th scope="col">{text("window-step-category")}</th>
                            <th scope="col">{text("window-step-kept")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn rows(drawn: &Drawn, index: usize, step: usize) -> impl IntoView + use<> {
    let measure = &drawn.measures[index];
    let all = match measure.value(step) {
        Ok(value) => kept(measure, value).into_any(),
        Err(reason) => reason.into_any(),
    };
    let value = measure.values.get(step).and_then(Option::as_ref);
    let mut categories: Vec<(&String, Option<f64>)> =
        value.iter().flat_map(|value| &value.by_category).map(|(id, value)| (id, *value)).collect();
    // What could not be measured comes last.
    let weight = |value: Option<f64>| value.unwrap_or(f64::INFINITY);
    categories.sort_by(|one, other| weight(one.1).total_cmp(&weight(other.1)).then(one.0.cmp(other.0)));
    let lines = categories
        .into_iter()
        .map(|(id, value)| {
            let suite = Some(drawn.suite.clone());
            let items = Place::Items(ItemQuery { suite, category: Some(id.clone()), ..ItemQuery::default() });
            view! {
                <tr>
                    <th scope="row">
                        <a class="quiet-link" href=items.hash()><Category suite=drawn.suite.clone() id=id.clone() /></a>
                    </th>
                    <td>
                        {match value {
                            Some(value) => kept(measure, value).into_any(),
                            None => text("report-not-measured").into_any(),
                        }}
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <tr class="all">
            <th scope="row">{text("report-all-categories")}</th>
            <td>{all}</td>
        </tr>
        {lines}
    }
}

/// A share as a bar with its words.
fn kept(measure: &Drawable, value: f64) -> impl IntoView + use<> {
    view! {
        <span class="share">
            <span class="bar" aria-hidden="true">
                <span style:width=format!("{:.1}%", value.clamp(0.0, 1.0) * 100.0)></span>
            </span>
            {measure.said(value)}
        </span>
    }
}
