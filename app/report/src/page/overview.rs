//! The top of a page: what it is, what was compared, and what could not be tested.

use maud::{Markup, html};
use parallax_wire::{Identity, PreflightStatus};
use parallax_words::visible;

use super::view::{View, count, foreign, grouped, name, size, stored_sentence};
use crate::Error;

/// Title, lead and the page at a glance.
pub(crate) fn head(view: &View, title: &str, lead: &str) -> Result<Markup, Error> {
    let audit = view.audit;
    let items: u64 = audit.suites.iter().map(|suite| suite.n_items).sum();
    let untestable = view.untestable().len() as u64;
    let asked = view.say("report-asked", [("items", count(items)), ("suites", count(audit.suites.len() as u64))])?;
    Ok(html! {
        header {
            h1 { (title) }
            p.lead {
                (view.say(lead, [("nominal", name(&audit.nominal.name)), ("operative", name(&audit.operative.name))])?)
            }
            ul.glance {
                li { strong { (grouped(view.findings.len() as u64)) } " " (view.say("report-glance-findings", [("n", count(view.findings.len() as u64))])?) }
                li { strong { (grouped(items)) } " " (view.say("report-glance-items", [("n", count(items))])?) }
                li { strong { (untestable) } " " (view.say("report-glance-cannot-test", [("n", count(untestable))])?) }
            }
            p { (asked) " " (view.text("report-how-to-read")?) }
        }
    })
}

/// The two models side by side.
pub(crate) fn subject(view: &View) -> Result<Markup, Error> {
    let (nominal, operative) = (&view.audit.nominal, &view.audit.operative);
    let row = |id: &str, cell: &dyn Fn(&Identity) -> Markup| -> Result<Markup, Error> {
        Ok(html! { tr { th scope="row" { (view.text(id)?) } td { (cell(nominal)) } td { (cell(operative)) } } })
    };
    Ok(html! {
        section id="compared" {
            h2 { (view.text("report-compared")?) }
            div.scroll {
                table.sides {
                    thead { tr {
                        td.corner {}
                        th scope="col" { (view.text("report-side-published")?) }
                        th scope="col" { (view.text("report-side-deployed")?) }
                    } }
                    tbody {
                        (row("report-row-name", &|side| foreign(&side.name))?)
                        (row("report-row-size", &|side| html! { (size(side.files.iter().map(|file| file.size).sum())) })?)
                        (row("report-row-kind", &|side| foreign(&side.architecture))?)
                        (row("report-row-numbers", &|side| html! { (grouped(side.n_params)) })?)
                        (row("report-row-digits", &|side| tensor_types(side))?)
                        (row("report-row-tokenizer", &|side| foreign(&side.tokenizer))?)
                        tr {
                            th scope="row" { (view.text("report-row-files")?) }
                            td { (files(view, nominal)?) }
                            td { (files(view, operative)?) }
                        }
                    }
                }
            }
            ul.suites {
                @for suite in &view.audit.suites {
                    li {
                        (view.say("report-suite", [("title", name(&suite.title)), ("n", count(suite.n_items)), ("k", count(suite.categories.len() as u64))])?)
                        @if suite.synthetic { " " (view.text("limit-synthetic")?) }
                        @if !suite.unreviewed.is_empty() {
                            " " (view.say("limit-unreviewed", [("languages", name(&suite.unreviewed.join(", ")))])?)
                        }
                    }
                }
            }
        }
    })
}

fn tensor_types(side: &Identity) -> Markup {
    html! {
        @for (position, (kind, tensors)) in side.tensor_types.iter().enumerate() {
            @if position > 0 { ", " }
            bdi dir="auto" { (visible(kind)) } " × " (grouped(*tensors))
        }
    }
}

fn files(view: &View, side: &Identity) -> Result<Markup, Error> {
    Ok(html! {
        @for file in &side.files {
            details {
                summary {
                    (foreign(&file.name)) " · " (size(file.size)) " · "
                    code dir="ltr" { (file.sha256.chars().take(12).collect::<String>()) "…" }
                }
                p.hash { (view.text("report-full-hash")?) " " code dir="ltr" { (file.sha256) } }
            }
        }
    })
}

/// Languages about which nothing can be said, before anything that was found.
pub(crate) fn cannot_test(view: &View) -> Result<Markup, Error> {
    let rows: Vec<_> = view.audit.preflight.iter().filter(|row| row.status == PreflightStatus::CannotTest).collect();
    Ok(html! {
        @if !rows.is_empty() {
            section.cannot id="cannot-test" {
                h2 { span.icon aria-hidden="true" { "⊘" } " " (view.text("report-cannot-test")?) }
                ul { @for row in rows { li {
                    @if let Some(language) = &row.language { strong { (view.words.language_name(language)) } ": " }
                    (stored_sentence(&row.detail))
                } } }
                p { (view.text("report-cannot-test-meaning")?) }
            }
        }
    })
}
