//! Where in the model: one column a layer, one row a kind of tensor, each cell a button with its verdict's sign.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent};
use leptos::html::Table;
use leptos::prelude::*;
use parallax_plots::tensors::{Cell, Grid};
use parallax_wire::{FilesOverview, Verdict};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

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
///
/// A large model has thousands of cells: each is an element and nothing more, and the table listens for all of them.
#[component]
fn Layers(files: Arc<FilesOverview>, grid: Arc<Grid>, wide: Memo<bool>) -> impl IntoView {
    let session = session();
    let table = NodeRef::<Table>::new();
    let chosen = {
        let (files, grid) = (Arc::clone(&files), Arc::clone(&grid));
        Memo::new(move |_| {
            let name = session.tensor.get()?;
            grid.place(files.rows.iter().find(|row| row.name == name)?)
        })
    };
    // One cell is in the order of the tabulator key; the arrow keys move it.
    let active = RwSignal::new(grid.first());
    mark(table, Signal::derive(move || active.get()), "tabindex", ["-1", "0"]);
    mark(table, chosen.into(), "aria-pressed", ["false", "true"]);
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
                if let Some(cell) = cell_at(table, next) {
                    let _focus_is_a_courtesy = cell.focus();
                }
            }
        }
    };
    let clicked = {
        let grid = Arc::clone(&grid);
        move |event: MouseEvent| {
            let Some((_, place)) = cell_of(&event) else { return };
            if let Some(cell) = grid.cells.get(&place) {
                active.set(Some(place));
                open(&files, *cell, wide);
            }
        }
    };
    let pointed = {
        let grid = Arc::clone(&grid);
        move |event: PointerEvent| {
            let Some((element, (row, column))) = cell_of(&event) else { return };
            if let (Some(cell), true) = (grid.cells.get(&(row, column)), element.title().is_empty()) {
                element.set_title(&cell_words(&grid.kinds[row], grid.layers[column], *cell));
            }
        }
    };
    let head =
        grid.layers.iter().map(|layer| view! { <th scope="col" role="columnheader">{*layer}</th> }).collect_view();
    let mut labels = BTreeMap::new();
    let rows = grid
        .kinds
        .iter()
        .enumerate()
        .map(|(row, kind)| {
            let cells = (0..grid.layers.len())
                .map(|column| {
                    let cell = grid.cells.get(&(row, column))?;
                    let label = labels.entry((cell.verdict, cell.tensors)).or_insert_with(|| spoken(*cell));
                    Some((*cell, Arc::<str>::clone(label)))
                })
                .enumerate()
                .map(|(column, cell)| {
                    let button = cell.map(|(cell, label)| {
                        view! {
                            <button
                                type="button"
                                class=class(cell.verdict)
                                data-cell=format!("{row}-{column}")
                                data-verdict=cell.verdict.as_str()
                                tabindex="-1"
                                aria-pressed="false"
                                aria-label=label
                            >
                                {sign(cell.verdict)}
                            </button>
                        }
                    });
                    view! { <td role="gridcell">{button}</td> }
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
                node_ref=table
                on:keydown=moved
                on:click=clicked
                on:pointerover=pointed
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

/// Keeps an attribute of the cell at `place` at the second value, and that of the one before at the first.
fn mark(
    table: NodeRef<Table>,
    place: Signal<Option<(usize, usize)>>,
    attribute: &'static str,
    [other, here]: [&'static str; 2],
) {
    let set = move |place: Option<(usize, usize)>, value: &str| {
        if let Some(cell) = place.and_then(|place| cell_at(table, place)) {
            let _the_name_is_valid = cell.set_attribute(attribute, value);
        }
    };
    Effect::new(move |before: Option<Option<(usize, usize)>>| {
        table.track();
        let now = place.get();
        set(before.flatten(), other);
        set(now, here);
        now
    });
}

/// The button of a cell.
fn cell_at(table: NodeRef<Table>, (row, column): (usize, usize)) -> Option<HtmlElement> {
    let found = table.get_untracked()?.query_selector(&format!("[data-cell=\"{row}-{column}\"]")).ok()??;
    found.dyn_into().ok()
}

/// The button of a cell that something happened on, and its place.
fn cell_of(event: &web_sys::Event) -> Option<(HtmlElement, (usize, usize))> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let cell: HtmlElement = target.closest("[data-cell]").ok()??.dyn_into().ok()?;
    let place = cell.get_attribute("data-cell")?;
    let (row, column) = place.split_once('-')?;
    Some((cell, (row.parse().ok()?, column.parse().ok()?)))
}

/// The colours of a cell.
fn class(verdict: Verdict) -> &'static str {
    match tone(verdict) {
        "explained" => "cell explained",
        "unexpected" => "cell unexpected",
        "undecided" => "cell undecided",
        "changed" => "cell changed",
        _ => "cell other",
    }
}

/// What a cell says beside its heads.
fn spoken(cell: Cell) -> Arc<str> {
    let verdict = label(cell.verdict);
    if cell.tensors == 1 {
        return verdict.into();
    }
    say("window-files-strip-many", [("tensors", count(cell.tensors)), ("verdict", name(verdict))]).into()
}

/// All that a cell says, for who points at it.
fn cell_words(kind: &str, layer: u32, cell: Cell) -> String {
    say("window-files-strip-cell", [("kind", name(kind)), ("layer", count(layer)), ("verdict", name(&*spoken(cell)))])
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
            let slots = [("name", name(&alone.kind)), ("verdict", name(&*spoken(cell)))];
            let words = say("window-files-strip-alone", slots);
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
