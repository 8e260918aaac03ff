//! Where in the model: one column a layer, one row a kind of tensor, each cell a button with its verdict's sign.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use parallax_plots::tensors::{Cell, Grid};
use parallax_wire::{FilesOverview, Verdict};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::place::FilesQuery;
use crate::say::{count, name, say, text};
use crate::session::session;

use super::sign::{Labelled, label, sign, tone};
use super::{choose, to_list};

/// Most kinds outside the layers that are shown one by one.
const MOST_ALONE: usize = 40;

/// The grid with the words that belong to it.
#[component]
pub(super) fn TensorGrid(files: Arc<FilesOverview>, wide: Memo<bool>) -> impl IntoView {
    let grid = Arc::new(Grid::of(&files.rows));
    let verdicts: BTreeSet<Verdict> = files.rows.iter().map(|row| row.verdict).collect();
    let signs = verdicts.into_iter().map(|verdict| view! { <li><Labelled verdict /></li> }).collect_view();
    view! {
        <section class="card" id="tensor-grid">
            <header>
                <h2>{text("window-files-strip")}</h2>
                <p class="quiet small">{text("window-files-strip-lead")}</p>
            </header>
            <ul class="signs small">{signs}</ul>
            {(!grid.cells.is_empty())
                .then(|| view! { <Layers files=Arc::clone(&files) grid=Arc::clone(&grid) wide /> })}
            {(!grid.outside.is_empty()).then(|| view! { <Outside files grid wide /> })}
        </section>
    }
}

/// Shows what a cell holds: its tensor, or the list of its tensors with the least explained one chosen.
fn open(files: &FilesOverview, cell: Cell, wide: Memo<bool>) {
    let Some(row) = files.rows.get(cell.tensor) else { return };
    if cell.tensors == 1 {
        choose(session(), &row.name, wide);
        return;
    }
    session().tensor.set(Some(row.name.clone()));
    let kind = Some(parallax_plots::tensors::common_kind(&row.kind));
    to_list(FilesQuery { layer: row.layer, kind, ..FilesQuery::default() });
}

/// The layers.
#[component]
fn Layers(files: Arc<FilesOverview>, grid: Arc<Grid>, wide: Memo<bool>) -> impl IntoView {
    let session = session();
    let chosen = {
        let (files, grid) = (Arc::clone(&files), Arc::clone(&grid));
        Memo::new(move |_| {
            let name = session.tensor.get()?;
            grid.place(files.rows.iter().find(|row| row.name == name)?)
        })
    };
    // One cell is in the order of the tabulator key; the arrow keys move it.
    let active = RwSignal::new(grid.first());
    let moved = {
        let grid = Arc::clone(&grid);
        move |event: KeyboardEvent| {
            let direction = match event.key().as_str() {
                "ArrowLeft" => (0, -1),
                "ArrowRight" => (0, 1),
                "ArrowUp" => (-1, 0),
                "ArrowDown" => (1, 0),
                _ => return,
            };
            event.prevent_default();
            if let Some(next) = active.get_untracked().and_then(|from| grid.next(from, direction)) {
                active.set(Some(next));
                focus_cell(next);
            }
        }
    };
    let head =
        grid.layers.iter().map(|layer| view! { <th scope="col" role="columnheader">{*layer}</th> }).collect_view();
    let rows = grid
        .kinds
        .iter()
        .enumerate()
        .map(|(row, kind)| {
            let cells = (0..grid.layers.len())
                .map(|column| match grid.cells.get(&(row, column)) {
                    Some(cell) => {
                        let (cell, place) = (*cell, (row, column));
                        let words = cell_words(kind, grid.layers[column], cell);
                        let files = Arc::clone(&files);
                        view! {
                            <td role="gridcell">
                                <button
                                    type="button"
                                    class=format!("cell {}", tone(cell.verdict))
                                    data-cell=format!("{row}-{column}")
                                    data-verdict=cell.verdict.as_str()
                                    tabindex=move || if active.get() == Some(place) { "0" } else { "-1" }
                                    aria-pressed=move || (chosen.get() == Some(place)).to_string()
                                    aria-label=words.clone()
                                    title=words
                                    on:click=move |_| {
                                        active.set(Some(place));
                                        open(&files, cell, wide);
                                    }
                                >
                                    {sign(cell.verdict)}
                                </button>
                            </td>
                        }
                        .into_any()
                    }
                    None => view! { <td role="gridcell"></td> }.into_any(),
                })
                .collect_view();
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader" class="code">{kind.clone()}</th>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="scroll grid-scroll">
            <table
                class="layers"
                role="grid"
                aria-label=text("window-files-strip")
                aria-describedby="grid-keys"
                on:keydown=moved
            >
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">{text("window-files-strip-kind")}</th>
                        {head}
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
        <p class="quiet small" id="grid-keys">{text("window-files-strip-keys")}</p>
    }
}

fn cell_words(kind: &str, layer: u32, cell: Cell) -> String {
    let slots = [("kind", name(kind)), ("layer", count(layer)), ("verdict", name(label(cell.verdict)))];
    if cell.tensors == 1 {
        return say("window-files-strip-cell", slots);
    }
    let [kind, layer, verdict] = slots;
    say("window-files-strip-cells", [kind, layer, verdict, ("tensors", count(cell.tensors))])
}

fn focus_cell((row, column): (usize, usize)) {
    let found = document().query_selector(&format!("[data-cell=\"{row}-{column}\"]")).ok().flatten();
    if let Some(cell) = found.and_then(|cell| cell.dyn_into::<HtmlElement>().ok()) {
        let _focus_is_a_courtesy = cell.focus();
    }
}

/// What lies outside the layers, the least explained first where there is much of it.
#[component]
fn Outside(files: Arc<FilesOverview>, grid: Arc<Grid>, wide: Memo<bool>) -> impl IntoView {
    let session = session();
    let mut outside: Vec<_> = grid.outside.iter().collect();
    let more = outside.len().saturating_sub(MOST_ALONE);
    if more > 0 {
        outside.sort_by_key(|alone| std::cmp::Reverse(alone.cell.verdict));
    }
    let buttons = outside
        .into_iter()
        .take(MOST_ALONE)
        .map(|alone| {
            let cell = alone.cell;
            let slots = [("name", name(&alone.kind)), ("verdict", name(label(cell.verdict)))];
            let words = if cell.tensors == 1 {
                say("window-files-strip-alone", slots)
            } else {
                let [name, verdict] = slots;
                say("window-files-strip-alone-cells", [name, verdict, ("tensors", count(cell.tensors))])
            };
            let tensor = files.rows.get(cell.tensor).map(|row| row.name.clone()).unwrap_or_default();
            let files = Arc::clone(&files);
            view! {
                <li>
                    <button
                        type="button"
                        class="alone"
                        data-verdict=cell.verdict.as_str()
                        aria-pressed=move || session.tensor.with(|chosen| chosen.as_ref() == Some(&tensor)).to_string()
                        aria-label=words.clone()
                        title=words
                        on:click=move |_| open(&files, cell, wide)
                    >
                        <span class=format!("sign-box {}", tone(cell.verdict)) aria-hidden="true">{sign(cell.verdict)}</span>
                        <span class="code">{alone.kind.clone()}</span>
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <h3>{text("window-files-strip-outside")}</h3>
        <ul class="outside">{buttons}</ul>
        {(more > 0)
            .then(|| view! { <p class="quiet small">{say("window-files-strip-more", [("count", count(more))])}</p> })}
    }
}
