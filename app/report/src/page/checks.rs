//! The first checks as a table: what was looked at, how it came out, and a sentence.

use maud::{Markup, html};
use parallax_wire::{PreflightRow, PreflightStatus};

use super::view::{View, count, foreign, stored_sentence};
use crate::Error;

/// Icon and id of the word of a status; the word always stands beside the icon.
pub(crate) fn status(status: PreflightStatus) -> (&'static str, &'static str) {
    match status {
        PreflightStatus::Same => ("=", "status-same"),
        PreflightStatus::Differs => ("Δ", "status-differs"),
        PreflightStatus::Unknown => ("?", "status-unknown"),
        PreflightStatus::CannotTest => ("⊘", "status-cannot-test"),
    }
}

/// The section; rows that concern single items are folded away.
pub(crate) fn preflight(view: &View) -> Result<Markup, Error> {
    let (items, general): (Vec<&PreflightRow>, Vec<&PreflightRow>) =
        view.audit.preflight.iter().partition(|row| row.item.is_some());
    let items: Vec<&PreflightRow> =
        items.into_iter().filter(|row| row.item.as_deref().is_some_and(|item| view.may_name(item))).collect();
    Ok(html! {
        @if !view.audit.preflight.is_empty() {
            section id="checks" {
                h2 { (view.text("report-preflight")?) }
                p { (view.text("report-preflight-meaning")?) }
                div.scroll { (table(view, &general, false)?) }
                @if !items.is_empty() {
                    details {
                        summary { (view.say("report-preflight-items", [("n", count(items.len() as u64))])?) }
                        div.scroll { (table(view, &items, true)?) }
                    }
                }
            }
        }
    })
}

fn table(view: &View, rows: &[&PreflightRow], with_item: bool) -> Result<Markup, Error> {
    Ok(html! {
        table.checks {
            thead { tr {
                th scope="col" { (view.text("report-preflight-check")?) }
                th scope="col" { (view.text("report-preflight-status")?) }
                th scope="col" { (view.text("report-preflight-detail")?) }
            } }
            tbody { @for row in rows {
                @let (icon, word) = status(row.status);
                tr {
                    th scope="row" {
                        (view.text_or_other("check", &row.check)?)
                        @if let Some(language) = &row.language { " · " (view.words.language_name(language)) }
                        @if let (true, Some(item)) = (with_item, &row.item) { " · " (foreign(item)) }
                    }
                    td.status { span.icon aria-hidden="true" { (icon) } " " (view.text(word)?) }
                    td { (stored_sentence(&row.detail)) }
                }
            } }
        }
    })
}
