//! Where in the model: one column a layer, one row a kind of tensor, each cell a button with its verdict's sign.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;
use parallax_plots::tensors::{Cell, Grid};
use parallax_wire::{FilesOverview, Verdict};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::parts::gradually;
use crate::place::FilesQuery;
use crate::say::{count, name, say, text};
use crate::session::session;

use super::sign::{Labelled, label, sign, tone};
use super::{choose, to_list};

/// Cells that are drawn in one go: a large model has thousands.
const AT_ONCE: usize = 100;
/// Places that are drawn at all: more than ten times those of the largest models known.
const MOST_PLACES: usize = 50_000;
/// Most kinds outside the layers that are shown one by one.
const MOST_ALONE: usize = 40;

/// The grid with the words that belong to it.
#[component]
pub(super) fn TensorGrid(files: Arc<FilesOverview>, wide: Memo<bool>) -> impl IntoView {
    let grid = Arc::new(Grid::of(&files.rows));
    let places = grid.kinds.len().saturating_mul(grid.layers.len());
    let verdicts: BTreeSet<Verdict> = files.rows.iter().map(|row| row.verdict).collect();
    let signs = verdicts.into_iter().map(|verdict| view! { <li><Labelled verdict /></li> }).collect_view();
    view! {
        <section class="card" id="tensor-grid">
            <header>
                <h2>{text("window-files-strip")}</h2>
                <p class="quiet small">{text("window-files-strip-lead")}</p>
            </header>
            <ul class="signs small">{signs}</ul>
            {(places > 0)
                .then(|| {
                    if places > MOST_PLACES {
                        view! { <p class="note-box">{text("window-files-strip-large")}</p> }.into_any()
                    } else {
                        view! { <Layers files=Arc::clone(&files) grid=Arc::clone(&grid) wide /> }.into_any()
                    }
                })}
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
/// A large model has thousands of cells: each is an element and nothing more, and the grid listens for all of them.
#[component]
fn Layers(files: Arc<FilesOverview>, grid: Arc<Grid>, wide: Memo<bool>) -> impl IntoView {
    let session = session();
    let frame = NodeRef::<Div>::new();
    let chosen = {
        let (files, grid) = (Arc::clone(&files), Arc::clone(&grid));
        Memo::new(move |_| {
            let name = session.tensor.get()?;
            grid.place(files.rows.iter().find(|row| row.name == name)?)
        })
    };
    // One cell is in the order of the tabulator key; the arrow keys move it.
    let active = RwSignal::new(grid.first());
    let drawn = gradually(grid.kinds.len(), AT_ONCE / grid.layers.len().max(1));
    mark(frame, drawn, Signal::derive(move || active.get()), "tabindex", ["-1", "0"]);
    mark(frame, drawn, chosen.into(), "aria-selected", ["false", "true"]);
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
                if let Some(cell) = cell_at(frame, next) {
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
    let head = grid.layers.iter().map(|layer| view! { <span role="columnheader">{*layer}</span> }).collect_view();
    let all = grid.kinds.len();
    let labels = StoredValue::new(BTreeMap::new());
    let cell = move |place: (usize, usize), cell: Option<&Cell>| {
        let Some(cell) = cell else { return view! { <span role="gridcell" class="cell"></span> }.into_any() };
        // Few cells differ in what they say beside their heads.
        let key = (cell.verdict, cell.tensors);
        let label = labels.try_update_value(|labels| Arc::clone(labels.entry(key).or_insert_with(|| spoken(*cell))));
        view! {
            <button
                role="gridcell"
                class=class(cell.verdict)
                data-cell=format!("{}-{}", place.0, place.1)
                tabindex="-1"
                aria-selected="false"
                aria-label=label
            >
                {sign(cell.verdict)}
            </button>
        }
        .into_any()
    };
    let row = move |row: usize| {
        let cells =
            (0..grid.layers.len()).map(|column| cell((row, column), grid.cells.get(&(row, column)))).collect_view();
        view! {
            <div role="row">
                <span role="rowheader" class="code" title=grid.kinds[row].clone()>{grid.kinds[row].clone()}</span>
                {cells}
            </div>
        }
    };
    view! {
        <div class="scroll grid-scroll" aria-busy=move || (drawn.get() < all).to_string()>
            <div
                class="layers"
                role="grid"
                aria-label=text("window-files-strip")
                aria-describedby="grid-keys"
                node_ref=frame
                on:keydown=moved
                on:click=clicked
                on:pointerover=pointed
            >
                <div role="row">
                    <span role="columnheader">{text("window-files-strip-kind")}</span>
                    {head}
                </div>
                <For each=move || 0..drawn.get() key=|row| *row children=row />
            </div>
        </div>
        <p class="quiet small" id="grid-keys">{text("window-files-strip-keys")}</p>
    }
}

/// Keeps an attribute of the cell at `place` at the second value, and that of the one before at the first.
fn mark(
    frame: NodeRef<Div>,
    drawn: RwSignal<usize>,
    place: Signal<Option<(usize, usize)>>,
    attribute: &'static str,
    [other, here]: [&'static str; 2],
) {
    let set = move |place: Option<(usize, usize)>, value: &str| {
        if let Some(cell) = place.and_then(|place| cell_at(frame, place)) {
            let _the_name_is_valid = cell.set_attribute(attribute, value);
        }
    };
    Effect::new(move |before: Option<Option<(usize, usize)>>| {
        // A cell may come later than what is to be marked.
        frame.track();
        drawn.track();
        let now = place.get();
        set(before.flatten(), other);
        set(now, here);
        now
    });
}

/// The button of a cell.
fn cell_at(frame: NodeRef<Div>, (row, column): (usize, usize)) -> Option<HtmlElement> {
    let found = frame.get_untracked()?.query_selector(&format!("[data-cell=\"{row}-{column}\"]")).ok()??;
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
