//! The end of a page: how to repeat it, the words used, and what a report does not decide.

use maud::{Markup, html};
use parallax_wire::{ContestationReport, Recipe};
use parallax_words::visible;

use super::view::{View, count, foreign, name};
use crate::Error;
use crate::howto::{check_commands, recipe_level};

/// How to repeat an audit: program, settings and cost.
pub(crate) fn repeat_audit(view: &View) -> Result<Markup, Error> {
    let cost = view.audit.cost;
    let megabytes = cost.peak_bytes.div_ceil(1_000_000);
    Ok(html! {
        section id="repeat" {
            h2 { (view.text("report-repeat")?) }
            p { (view.say("report-repeat-audit", [("engine", name(&view.audit.engine))])?) }
            pre dir="ltr" { code { "parallax audit --nominal " (visible(&view.audit.nominal.name)) " --operative " (visible(&view.audit.operative.name)) } }
            p { (view.text("report-repeat-hashes")?) }
            @if !view.audit.settings.is_empty() {
                details {
                    summary { (view.text("report-settings")?) }
                    (settings(&view.audit.settings))
                }
            }
            p.note { (view.say("report-cost", [("seconds", count(cost.seconds.max(0.0).ceil() as u64)), ("megabytes", count(megabytes))])?) }
        }
    })
}

fn settings(settings: &std::collections::BTreeMap<String, String>) -> Markup {
    html! { table.numbers { tbody { @for (key, value) in settings { tr { th scope="row" { (foreign(key)) } td { (foreign(value)) } } } } } }
}

/// How to check a bundle and repeat its measurements.
pub(crate) fn repeat_contestation(view: &View, report: &ContestationReport) -> Result<Markup, Error> {
    let [signature, hashes, complete] = check_commands();
    Ok(html! {
        section id="repeat" {
            h2 { (view.text("report-check")?) }
            p { (view.text("howto-check-signature")?) }
            pre dir="ltr" { code { (signature) } }
            p { (view.text("howto-check-hashes")?) }
            pre dir="ltr" { code { (hashes) } }
            p { (view.text("howto-check-complete")?) }
            pre dir="ltr" { code { (complete) } }
            p { strong { (view.text("howto-check-fingerprint")?) } }
            h2 { (view.text("report-repeat")?) }
            @if report.reproduce.is_empty() { p { (view.text("report-repeat-none")?) } }
            @for recipe in &report.reproduce { (one_recipe(view, recipe)?) }
        }
    })
}

fn one_recipe(view: &View, recipe: &Recipe) -> Result<Markup, Error> {
    Ok(html! {
        h3 { (view.say("howto-repeat", [("recipe", name(&recipe.id))])?) }
        p { (view.say("howto-engine", [("engine", name(&recipe.engine)), ("version", name(&recipe.engine_version))])?) }
        pre dir="ltr" { code { (visible(&recipe.command)) } }
        p { (view.text(&format!("recipe-level-{}", recipe_level(&recipe.level)))?) " " (visible(&recipe.pass_rule)) }
        @if !recipe.needs.is_empty() {
            p { (view.text("howto-needs")?) }
            ul.hashes { @for hash in &recipe.needs { li { code dir="ltr" { (visible(hash)) } } } }
        }
        @if !recipe.settings.is_empty() {
            details { summary { (view.text("report-settings")?) } (settings(&recipe.settings)) }
        }
    })
}

/// The words that a newcomer may not know.
pub(crate) fn glossary(view: &View) -> Result<Markup, Error> {
    Ok(html! {
        section id="words" {
            h2 { (view.text("report-words")?) }
            dl.words { @for entry in view.words.glossary()? {
                div { dt { (entry.word) } dd { (entry.explanation) } }
            } }
        }
    })
}

/// The sentences at the end of every report.
pub(crate) fn end(view: &View, sealed: bool) -> Result<Markup, Error> {
    Ok(html! {
        footer {
            p.end { (view.text("report-always-at-the-end")?) }
            @if !sealed { p.note { (view.text("report-unsigned")?) } }
        }
    })
}
