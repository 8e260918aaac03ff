//! Where each category's items went: nominal category by operative category, each cell a way to its items.

use leptos::prelude::*;
use parallax_wire::{Audit, ItemQuery, MatrixCell, ReaderResult};

use crate::parts::Sides;
use crate::place::Place;
use crate::say::{count, name, say, text};
use crate::session::{Session, session};

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
    let (suite, id) = (reader.suite.clone(), reader.reader.clone());
    let label = |category: &str| session.category_label(&suite, category);
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
    let most = reader
        .matrix
        .iter()
        .enumerate()
        .flat_map(|(from, row)| row.iter().enumerate().filter(move |(to, _)| *to != from).map(|(_, count)| *count))
        .max()
        .unwrap_or(0);
    let rows = reader
        .categories
        .iter()
        .enumerate()
        .map(|(from, category)| {
            let cells = reader
                .categories
                .iter()
                .enumerate()
                .map(|(to, other)| {
                    let k = reader.matrix[from][to];
                    if k == 0 {
                        return view! { <td class="cell none"><span class="quiet">"0"</span></td> }.into_any();
                    }
                    let query = ItemQuery {
                        suite: Some(suite.clone()),
                        cell: Some(MatrixCell {
                            reader: id.clone(),
                            nominal: Some(category.clone()),
                            operative: Some(other.clone()),
                        }),
                        ..ItemQuery::default()
                    };
                    let (from_label, to_label) = (label(category), label(other));
                    let (class, said) = if from == to {
                        ("cell stayed", say("window-cell-stayed", [("k", count(k)), ("category", name(from_label))]))
                    } else {
                        let strong = if k * 3 >= most { "cell moved strong" } else { "cell moved" };
                        (
                            strong,
                            say(
                                "window-cell-moved",
                                [("k", count(k)), ("from", name(from_label)), ("to", name(to_label))],
                            ),
                        )
                    };
                    view! {
                        <td class=class>
                            <a href=Place::Items(query).hash() title=said.clone() aria-label=said>{k}</a>
                        </td>
                    }
                    .into_any()
                })
                .collect_view();
            view! {
                <tr>
                    <th scope="row">{label(category)}</th>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    view! {
        <p>{flips}</p>
        <p class="quiet">{text(&reader_id("reader-meaning", &reader.reader))}</p>
        <div class="scroll card">
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
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
