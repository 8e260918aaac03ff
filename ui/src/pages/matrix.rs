//! Where each category's items went: nominal category by operative category, each cell a way to its items.

use leptos::prelude::*;
use parallax_wire::{Audit, ItemQuery, MatrixCell, ReaderResult};

use crate::parts::{Sides, gradually};
use crate::place::Place;
use crate::say::{count, name, say, text};
use crate::session::{Session, session};

/// Rows that are drawn in one go.
const AT_ONCE: usize = 3;

/// The page of disagreement matrices.
#[component]
pub(crate) fn Matrix() -> impl IntoView {
    let session = session();
    let chosen = RwSignal::new(0_usize);
    let names =
        move || session.with_audit(|audit| readable(audit).map(|reader| title(session, reader)).collect::<Vec<_>>());
    let options = move || {
        names()
            .unwrap_or_default()
            .into_iter()
            .enumerate()
            .map(|(index, name)| view! { <option value=index.to_string()>{name}</option> })
            .collect_view()
    };
    view! {
        <header>
            <h1 tabindex="-1">{text("report-matrix")}</h1>
            <p>{text("report-matrix-how")}</p>
        </header>
        <div class="row">
            <label class="row">
                <span>{text("window-matrix-which")}</span>
                <select
                    name="reader"
                    on:change:target=move |event| chosen.set(event.target().value().parse().unwrap_or_default())
                >
                    {options}
                </select>
            </label>
            <Sides />
        </div>
        {move || {
            session
                .with_audit(|audit| {
                    readable(audit).nth(chosen.get()).map(|reader| matrix(session, reader))
                })
                .flatten()
        }}
        {move || session.with_audit(|audit| unreadable(session, audit))}
    }
}

fn readable(audit: &Audit) -> impl Iterator<Item = &ReaderResult> {
    audit.readers.iter().filter(|reader| reader.undefined.is_none())
}

/// Readers that could not be used, with their reasons.
fn unreadable(session: Session, audit: &Audit) -> Option<impl IntoView + use<>> {
    let lines: Vec<_> = audit
        .readers
        .iter()
        .filter_map(|reader| {
            let reason = say("report-reader-undefined", [("reason", name(reader.undefined.clone()?))]);
            Some(view! { <li>{title(session, reader)} ": " {reason}</li> })
        })
        .collect();
    (!lines.is_empty()).then(|| view! { <div class="note-box unsure"><ul>{lines}</ul></div> })
}

fn title(session: Session, reader: &ReaderResult) -> String {
    say(
        "report-reader-title",
        [
            ("suite", name(session.suite_title(&reader.suite))),
            ("reader", name(text(&reader_id("reader", &reader.reader)))),
        ],
    )
}

/// Id of what is said about a reader.
pub(crate) fn reader_id(prefix: &str, reader: &str) -> String {
    match reader {
        "head" | "prototype" | "label" | "probe" | "continuation" => format!("{prefix}-{reader}"),
        _ => format!("{prefix}-other"),
    }
}

fn matrix(session: Session, reader: &ReaderResult) -> impl IntoView + use<> {
    let label = |category: &str| session.category_label(&reader.suite, category);
    let flips = match reader.rounding_flips {
        Some(control) => say(
            "report-reader-flips",
            [("control", count(control)), ("k", count(reader.flips)), ("n", count(reader.n))],
        ),
        None => say("report-reader-flips-without-control", [("k", count(reader.flips)), ("n", count(reader.n))]),
    };
    let head = reader
        .categories
        .iter()
        .map(|category| view! { <th scope="col" class="turned"><span>{label(category)}</span></th> })
        .collect_view();
    let all = reader.categories.len();
    let drawn = gradually(all, AT_ONCE);
    let moved = |(from, row): (usize, &Vec<u64>)| {
        row.iter().enumerate().filter(move |(to, _)| *to != from).map(|(_, count)| *count).max()
    };
    let most = reader.matrix.iter().enumerate().filter_map(moved).max().unwrap_or(0);
    let row = {
        let reader = reader.clone();
        move |from: usize| line(session, &reader, from, most)
    };
    view! {
        <p>{flips}</p>
        <p class="quiet">{text(&reader_id("reader-meaning", &reader.reader))}</p>
        <div class="scroll card" aria-busy=move || (drawn.get() < all).to_string()>
            <table class="matrix">
                <thead>
                    <tr>
                        <th scope="col" class="corner small">
                            <span class="nominal">{text("report-matrix-published")} " ↓"</span>
                            <br />
                            <span class="operative">{text("report-matrix-deployed")} " →"</span>
                        </th>
                        {head}
                    </tr>
                </thead>
                <tbody>
                    <For each=move || 0..drawn.get() key=|from| *from children=row />
                </tbody>
            </table>
        </div>
    }
}

/// Where the items of one nominal category went; `most` is the largest number of items that moved alike.
fn line(session: Session, reader: &ReaderResult, from: usize, most: u64) -> impl IntoView + use<> {
    let label = |category: &str| session.category_label(&reader.suite, category);
    let category = &reader.categories[from];
    let cell = |(to, other): (usize, &String)| {
        let k = reader.matrix[from][to];
        if k == 0 {
            return view! { <td class="cell none"><span class="quiet">"0"</span></td> }.into_any();
        }
        let query = ItemQuery {
            suite: Some(reader.suite.clone()),
            cell: Some(MatrixCell {
                reader: reader.reader.clone(),
                nominal: Some(category.clone()),
                operative: Some(other.clone()),
            }),
            ..ItemQuery::default()
        };
        let (class, said) = if from == to {
            let slots = [("k", count(k)), ("category", name(label(category)))];
            ("cell stayed", say("window-cell-stayed", slots))
        } else {
            let slots = [("k", count(k)), ("from", name(label(category))), ("to", name(label(other)))];
            let strong = if k * 3 >= most { "cell moved strong" } else { "cell moved" };
            (strong, say("window-cell-moved", slots))
        };
        view! {
            <td class=class>
                <a href=Place::Items(query).hash() title=said.clone() aria-label=said>{k}</a>
            </td>
        }
        .into_any()
    };
    let cells = reader.categories.iter().enumerate().map(cell).collect_view();
    view! {
        <tr>
            <th scope="row">{label(category)}</th>
            {cells}
        </tr>
    }
}
