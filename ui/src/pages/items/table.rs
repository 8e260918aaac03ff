//! The table of items.

use leptos::prelude::*;
use parallax_wire::{ItemQuery, ItemRecord};

use crate::pages::reader_id;
use crate::parts::{Category, ItemLink, ItemText, Move, gradually};
use crate::say::{language, text};
use crate::session::session;

/// Rows that are drawn in one go.
const AT_ONCE: usize = 5;

/// Items with how each variant sorts them.
#[component]
pub(super) fn Table(items: Vec<ItemRecord>, query: ItemQuery, wide: Memo<bool>) -> impl IntoView {
    let session = session();
    let several = session.with_audit(|audit| audit.suites.len() > 1).unwrap_or(false) && query.suite.is_none();
    let all = items.len();
    let drawn = gradually(all, AT_ONCE);
    let row = move |index: usize| {
        let item = items.get(index)?.clone();
        let reader = leading(&query, &item.suite);
        Some(view! { <Line item reader several wide /> })
    };
    view! {
        <div class="scroll card flush" aria-busy=move || (drawn.get() < all).to_string()>
            <table class="items">
                <thead>
                    <tr>
                        <th scope="col">{text("report-example-text")}</th>
                        <th scope="col">{text("report-language")}</th>
                        <th scope="col">{text("window-item-labelled")}</th>
                        <th scope="col">{text("window-sorted-under")}</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || 0..drawn.get() key=|index| *index children=row />
                </tbody>
            </table>
        </div>
    }
}

/// The reader whose decision a row shows first: the one that the query is about, or else the primary one.
fn leading(query: &ItemQuery, suite: &str) -> Option<String> {
    let session = session();
    let asked = query.cell.as_ref().map(|cell| cell.reader.clone());
    let found = || query.finding.as_deref().and_then(|id| session.finding(id)?.reader);
    let primary = || {
        let primary = |audit: &parallax_wire::Audit| {
            let mut readers = audit.readers.iter();
            readers.find(|reader| reader.primary && reader.suite == suite).map(|reader| reader.reader.clone())
        };
        session.with_audit(primary).flatten()
    };
    asked.or_else(found).or_else(primary)
}

#[component]
fn Line(item: ItemRecord, reader: Option<String>, several: bool, wide: Memo<bool>) -> impl IntoView {
    let session = session();
    let key = (item.suite.clone(), item.id.clone());
    let chosen = {
        let key = key.clone();
        move || session.selected.with(|selected| selected.as_ref() == Some(&key))
    };
    let first = item.decisions.iter().find(|decision| Some(&decision.reader) == reader.as_ref());
    let first = first.or(item.decisions.first());
    let shown = first.map(|decision| {
        let (nominal, operative) = (decision.nominal.clone(), decision.operative.clone());
        view! { <Move suite=item.suite.clone() nominal operative /> }
    });
    // An item that only another reader sorts differently is among "the items that moved", and the row says why.
    let stays = first.is_some_and(|decision| decision.nominal == decision.operative);
    let others = item
        .decisions
        .iter()
        .filter(|decision| stays && decision.nominal != decision.operative)
        .map(|decision| {
            let (nominal, operative) = (decision.nominal.clone(), decision.operative.clone());
            view! {
                <span class="also small">
                    <span class="quiet">{text(&reader_id("reader", &decision.reader))}</span>
                    <Move suite=item.suite.clone() nominal operative />
                </span>
            }
        })
        .collect_view();
    let (words, tag) = (item.text.clone(), item.language.clone());
    view! {
        <tr
            class:chosen=chosen
            data-item=item.id.clone()
            on:click=move |_| {
                if wide.get_untracked() {
                    session.selected.set(Some(key.clone()));
                }
            }
        >
            <td>
                <ItemLink suite=item.suite.clone() item=item.id.clone() beside=wide>
                    <ItemText text=words language=tag />
                </ItemLink>
            </td>
            <td>{language(&item.language)}</td>
            <td>
                <Category suite=item.suite.clone() id=item.category.clone() />
                {several.then(|| view! { <span class="also quiet small">{session.suite_title(&item.suite)}</span> })}
            </td>
            <td>{shown} {others}</td>
        </tr>
    }
}
