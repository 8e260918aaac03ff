//! The map as a table: the item that was shifted furthest first.

use std::sync::Arc;

use leptos::prelude::*;
use parallax_plots::Palette;
use parallax_plots::map::{MapInput, MapRow, map_table};

use crate::parts::{Category, ItemLink, ItemText, Move, draw_more, gradually, number, wide};
use crate::say::{count, language, say, text};
use crate::session::session;

use super::data::Drawn;

/// Rows that are shown at first, and that each press of the button adds.
const ROWS: usize = 50;
/// Rows that are drawn in one go.
const AT_ONCE: usize = 10;

/// The same as the map, in a table behind a fold.
#[component]
pub(super) fn MapTable(drawn: Memo<Option<Drawn>>, brought_out: Memo<Option<Arc<Vec<bool>>>>) -> impl IntoView {
    let open = RwSignal::new(false);
    // Thousands of rows are put in order only for those who look at them.
    let rows = Memo::new(move |_| {
        if !open.get() {
            return Arc::default();
        }
        let Some(drawn) = drawn.get() else { return Arc::default() };
        let kept = brought_out.get();
        let palette = Palette::light();
        let emphasis = kept.as_deref().map(Vec::as_slice);
        let input = MapInput { points: drawn.points(), emphasis, palette: &palette };
        let mut rows = map_table(&input);
        rows.retain(|row| row.kept);
        Arc::new(rows)
    });
    let table = move || Some(view! { <Shown drawn=drawn.get()? rows=rows.get() /> });
    view! {
        <details class="card folded" on:toggle=move |_| open.update(|open| *open = !*open)>
            <summary>{text("report-as-table")}</summary>
            {table}
        </details>
    }
}

#[component]
fn Shown(drawn: Drawn, rows: Arc<Vec<MapRow>>) -> impl IntoView {
    let wide = wide();
    let n = rows.len();
    let most = RwSignal::new(ROWS.min(n));
    let shown = gradually(ROWS.min(n), AT_ONCE);
    let more = move |_| {
        most.update(|most| *most = (*most + ROWS).min(n));
        draw_more(shown, most.get_untracked(), AT_ONCE);
    };
    view! {
        <p class="quiet small">{move || say("window-map-rows", [("k", count(most.get())), ("n", count(n))])}</p>
        <div class="scroll" aria-busy=move || (shown.get() < most.get()).to_string()>
            <table class="items">
                <thead>
                    <tr>
                        <th scope="col">{text("report-example-text")}</th>
                        <th scope="col">{text("report-language")}</th>
                        <th scope="col">{text("window-sorted-under")}</th>
                        <th scope="col" class="number">{text("window-map-shift")}</th>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=move || 0..shown.get()
                        key=|place| *place
                        children=move |place| rows.get(place).and_then(|row| line(&drawn, *row, wide))
                    />
                </tbody>
            </table>
        </div>
        <Show when=move || most.get() < n>
            <p>
                <button type="button" id="more-rows" on:click=more>
                    {text("window-map-more")}
                </button>
            </p>
        </Show>
    }
}

fn line(drawn: &Drawn, row: MapRow, wide: Memo<bool>) -> Option<impl IntoView + use<>> {
    let session = session();
    let (suite, item) = drawn.key(row.item)?;
    let (words, tag) = drawn.text(row.item)?;
    let sorted = match drawn.sorted(row.item) {
        (Some(nominal), Some(operative)) => view! { <Move suite=suite.clone() nominal operative /> }.into_any(),
        (Some(id), None) | (None, Some(id)) => view! { <Category suite=suite.clone() id /> }.into_any(),
        (None, None) => text("report-not-measured").into_any(),
    };
    let key = (suite.clone(), item.clone());
    let chosen = move || session.selected.with(|selected| selected.as_ref() == Some(&key));
    let spoken = language(&tag);
    Some(view! {
        <tr class:chosen=chosen>
            <td><ItemLink suite item beside=wide><ItemText text=words language=tag /></ItemLink></td>
            <td>{spoken}</td>
            <td>{sorted}</td>
            <td class="number">{row.moved.map_or_else(|| text("report-not-measured"), number)}</td>
        </tr>
    })
}
