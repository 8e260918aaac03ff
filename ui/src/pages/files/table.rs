//! The list of all tensors: of ten thousand rows only those in view are drawn.
//!
//! The list has the focus and never a row, so that it is not lost when a row that was scrolled away goes.

use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use parallax_plots::tensors::{Column, Order, Rows, listed};
use parallax_wire::{FilesOverview, TensorRow};
use parallax_words::{percent_text, visible};

use crate::dom::breath;
use crate::parts::Later;
use crate::place::{FilesQuery, Place};
use crate::say::{count, name, say, text};
use crate::session::session;

use super::choose;
use super::filters::{Chips, Filters};
use super::sign::Labelled;

/// Rows that a list begins with, before the rest of those in view.
const FIRST: usize = 8;
/// Height of a row and of the head, in points; the style sheet leaves it to the rows.
const ROW: f64 = 40.0;

/// The list with its filters.
#[component]
pub(super) fn TensorTable(files: Arc<FilesOverview>, query: Memo<FilesQuery>, wide: Memo<bool>) -> impl IntoView {
    let order = {
        let files = Arc::clone(&files);
        Memo::new(move |_| Arc::new(query.with(|query| listed(&files.rows, query))))
    };
    let all = files.rows.len();
    let shown = move || {
        let k = order.with(|order| order.len());
        if k == all {
            say("window-files-shown-all", [("n", count(all))])
        } else {
            say("window-files-shown", [("k", count(k)), ("n", count(all))])
        }
    };
    let none = Memo::new(move |_| order.with(|order| order.is_empty()));
    view! {
        <section class="stack" id="tensors">
            <h2>{text("window-files-table")}</h2>
            <Filters files=Arc::clone(&files) query />
            <Chips query />
            <p role="status" class="total"><strong>{shown}</strong></p>
            {move || {
                if none.get() {
                    view! {
                        <div class="note-box">
                            <p>{text("window-files-none-match")}</p>
                            <p>
                                <a href=Place::Files(FilesQuery::default()).hash() id="clear-tensors">
                                    {text("window-files-clear")}
                                </a>
                            </p>
                        </div>
                    }
                        .into_any()
                } else {
                    let files = Arc::clone(&files);
                    view! {
                        <Later breaths=1>
                            <List files=Arc::clone(&files) order query wide />
                        </Later>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

/// The rows in view, under a head that stays.
#[component]
fn List(
    files: Arc<FilesOverview>,
    order: Memo<Arc<Vec<usize>>>,
    query: Memo<FilesQuery>,
    wide: Memo<bool>,
) -> impl IntoView {
    let session = session();
    let frame = NodeRef::<Div>::new();
    let (scrolled, view) = (RwSignal::new(0.0_f64), RwSignal::new(640.0_f64));
    let active = RwSignal::new(0_usize);
    let rows = move || Rows { count: order.with(|order| order.len()), height: ROW, head: ROW, view: view.get() };
    // Both may be asked for in one frame and run in the next, when the list may be gone.
    let measure = move || {
        let Some(before) = scrolled.try_get_untracked() else { return };
        if let Some(frame) = frame.get_untracked() {
            let (top, height) = (f64::from(frame.scroll_top()), f64::from(frame.client_height()));
            if before != top {
                scrolled.set(top);
            }
            if height > 0.0 && view.get_untracked() != height {
                view.set(height);
            }
        }
    };
    // Between the picture that scrolled and the rows for it the window answers; what scrolls meanwhile waits for the same rows.
    let waits = StoredValue::new(false);
    let measure_soon = move || {
        if !waits.get_value() {
            waits.set_value(true);
            spawn_local(async move {
                breath().await;
                // The list may be gone.
                if waits.try_set_value(false).is_none() {
                    measure();
                }
            });
        }
    };
    frame.on_load(move |_| request_animation_frame(measure));
    let handle = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || handle.remove());
    let see = move |row: usize| {
        let Some(before) = scrolled.try_get_untracked() else { return };
        let to = untrack(rows).to_see(row, before);
        if let Some(frame) = frame.get_untracked() {
            frame.set_scroll_top(to.round() as i32);
        }
        scrolled.set(to);
    };
    // Another list begins at its beginning; a tensor that was chosen elsewhere is brought into sight.
    let position = {
        let files = Arc::clone(&files);
        move || {
            let chosen = session.tensor.get()?;
            order.with(|order| order.iter().position(|index| files.rows[*index].name == chosen))
        }
    };
    Effect::new(move |before: Option<Arc<Vec<usize>>>| {
        let now = order.get();
        let other = before.is_none_or(|before| !Arc::ptr_eq(&before, &now));
        match position() {
            Some(row) => {
                active.set(row);
                request_animation_frame(move || see(row));
            }
            None if other => {
                active.set(0);
                request_animation_frame(move || see(0));
            }
            None => {}
        }
        now
    });
    // Of another list the first rows come first, and the others after a breath.
    let begun = RwSignal::new(None::<Arc<Vec<usize>>>);
    Effect::new(move |_| {
        let now = order.get();
        spawn_local(async move {
            breath().await;
            // The list may be gone.
            begun.try_set(Some(now));
        });
    });
    let drawn = Memo::new(move |_| {
        let drawn = rows().drawn(scrolled.get());
        let begun = begun.with(|begun| begun.as_ref().is_some_and(|begun| order.with(|now| Arc::ptr_eq(begun, now))));
        if begun { drawn } else { drawn.start..drawn.end.min(drawn.start + FIRST) }
    });
    let lines = {
        let files = Arc::clone(&files);
        move || {
            let drawn = drawn.get();
            order.with(|order| {
                let of = |place: usize| order.get(place).map(|index| (place, files.rows[*index].clone()));
                drawn.filter_map(of).collect::<Vec<_>>()
            })
        }
    };
    let go = {
        let files = Arc::clone(&files);
        move |place: usize| {
            let found = order.with_untracked(|order| order.get(place).map(|index| files.rows[*index].name.clone()));
            if let Some(name) = found {
                active.set(place);
                choose(session, &name, wide);
            }
        }
    };
    let pressed = {
        let go = go.clone();
        move |event: KeyboardEvent| {
            // The headings have keys of their own.
            if event.target() != event.current_target() {
                return;
            }
            let rows = untrack(rows);
            let (now, last) = (active.get_untracked(), rows.count.saturating_sub(1));
            let next = match event.key().as_str() {
                "ArrowDown" => now + 1,
                "ArrowUp" => now.saturating_sub(1),
                "PageDown" => now + rows.page(),
                "PageUp" => now.saturating_sub(rows.page()),
                "Home" => 0,
                "End" => last,
                "Enter" | " " => {
                    event.prevent_default();
                    go(now);
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            active.set(next.min(last));
            see(next.min(last));
        }
    };
    let space = move |from: usize, to: usize| format!("{}px", to.saturating_sub(from) as f64 * ROW);
    let total = move || (order.with(|order| order.len()) + 1).to_string();
    view! {
        <p class="quiet small" id="tensor-keys">{text("window-files-table-keys")}</p>
        <div
            class="tensor-list"
            role="grid"
            tabindex="0"
            node_ref=frame
            aria-label=text("window-files-table")
            aria-describedby="tensor-keys"
            aria-rowcount=total
            aria-colcount=Column::ALL.len().to_string()
            aria-activedescendant=move || format!("tensor-row-{}", active.get())
            on:scroll=move |_| measure_soon()
            on:keydown=pressed
        >
            <table class="tensors" role="presentation">
                <thead role="rowgroup">
                    <tr role="row" aria-rowindex="1" style:height=format!("{ROW}px")>
                        {Column::ALL.map(|column| view! { <Heading column query /> }).collect_view()}
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <tr class="space" aria-hidden="true">
                        <td colspan="5" style:height=move || space(0, drawn.get().start)></td>
                    </tr>
                    <For
                        each=lines
                        key=|(place, row)| (*place, row.name.clone())
                        children=move |(place, row)| {
                            let go = go.clone();
                            view! { <Line place row active chosen=move |place| go(place) /> }
                        }
                    />
                    <tr class="space" aria-hidden="true">
                        <td
                            colspan="5"
                            style:height=move || space(drawn.get().end, order.with(|order| order.len()))
                        ></td>
                    </tr>
                </tbody>
            </table>
        </div>
    }
}

/// A heading that sorts.
#[component]
fn Heading(column: Column, query: Memo<FilesQuery>) -> impl IntoView {
    let order = Memo::new(move |_| query.with(Order::of));
    let sorted = move || {
        let order = order.get();
        match (order.column == column, order.falling) {
            (false, _) => "none",
            (true, true) => "descending",
            (true, false) => "ascending",
        }
    };
    let mark = move || match sorted() {
        "descending" => "↓",
        "ascending" => "↑",
        _ => "",
    };
    let link = move || {
        let order = order.get().clicked(column);
        query.with(|query| Place::Files(FilesQuery { order, ..query.clone() }).hash())
    };
    let heading = text(column.heading());
    let title = say("window-files-sort", [("column", name(&heading))]);
    view! {
        <th role="columnheader" class=format!("by-{}", column.word()) aria-sort=sorted>
            <a href=link title=title data-sort=column.word()>
                {heading} <span aria-hidden="true">{mark}</span>
            </a>
        </th>
    }
}

/// One tensor.
#[component]
fn Line(place: usize, row: TensorRow, active: RwSignal<usize>, chosen: impl Fn(usize) + 'static) -> impl IntoView {
    let session = session();
    let is_chosen = {
        let name = row.name.clone();
        Memo::new(move |_| session.tensor.with(|chosen| chosen.as_ref() == Some(&name)))
    };
    let error = row.relative_error.map_or_else(
        || text("report-not-measured"),
        |error| say("window-files-percent", [("percent", name(percent_text(error)))]),
    );
    view! {
        <tr
            role="row"
            id=format!("tensor-row-{place}")
            aria-rowindex=(place + 2).to_string()
            aria-selected=move || is_chosen.get().to_string()
            class:chosen=is_chosen
            class:active=move || active.get() == place
            data-tensor=row.name.clone()
            style:height=format!("{ROW}px")
            on:click=move |_| chosen(place)
        >
            <td role="gridcell" class="name code" title=row.name.clone()>
                // The row answers to the pointer and the list to the keyboard; the address is for who wants to keep it.
                <a
                    class="quiet-link"
                    tabindex="-1"
                    href=Place::Tensor(row.name.clone()).hash()
                    on:click=|event| event.prevent_default()
                >
                    {visible(&row.name).into_owned()}
                </a>
            </td>
            <td role="gridcell" class="verdict-cell"><Labelled verdict=row.verdict /></td>
            <td role="gridcell" class="type">{types(&row)}</td>
            <td role="gridcell" class="number">{say("window-files-number", [("n", count(row.parameters))])}</td>
            <td role="gridcell" class="number">{error}</td>
        </tr>
    }
}

/// The types on both sides, and the claimed one where it is another.
fn types(row: &TensorRow) -> impl IntoView + use<> {
    let shown = if row.nominal_type == row.stored_type {
        row.stored_type.clone()
    } else {
        let slots = [("nominal", name(&row.nominal_type)), ("operative", name(&row.stored_type))];
        say("window-files-types", slots)
    };
    match row.expected_type.clone().filter(|expected| *expected != row.stored_type) {
        None => view! { <span title=shown.clone()>{shown.clone()}</span> }.into_any(),
        Some(expected) => {
            let words = say("window-files-unlike-claim", [("types", name(&shown)), ("expected", name(&expected))]);
            view! { <span class="operative" title=words.clone()>{words.clone()}</span> }.into_any()
        }
    }
}
