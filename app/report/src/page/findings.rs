//! The findings as cards: the sentence, examples, what it does not say, and the numbers behind it.

use maud::{Markup, html};
use parallax_wire::{Decision, Finding, ItemRecord, Strength, shared_limits};
use parallax_words::visible;

use super::view::{View, count, foreign, number, stored_sentence};
use crate::Error;

/// Most examples shown with a finding.
const EXAMPLES: usize = 6;

/// All findings, in their order.
pub(crate) fn findings(view: &View) -> Result<Markup, Error> {
    let shared = shared_limits(view.findings);
    Ok(html! {
        section id="found" {
            h2 { (view.text("report-found")?) }
            @if view.findings.is_empty() {
                p { (view.text("report-found-nothing")?) }
            } @else {
                p { (view.text("report-found-order")?) }
            }
            @for (position, finding) in view.findings.iter().enumerate() {
                (card(view, position + 1, finding, &shared)?)
            }
            @if !shared.is_empty() {
                h3 { (view.text("report-limits-shared")?) }
                ul.limits { @for limit in &shared { li { (stored_sentence(limit)) } } }
            }
        }
    })
}

fn card(view: &View, position: usize, finding: &Finding, shared: &[String]) -> Result<Markup, Error> {
    let own: Vec<&String> = finding.limits.iter().filter(|limit| !shared.contains(limit)).collect();
    let items = view.items_of(finding);
    let strength = strength(finding.strength);
    Ok(html! {
        article.finding id={ "finding-" (position) } {
            h3 { span.number aria-hidden="true" { (position) } span { (stored_sentence(&view.sentence(finding)?)) } }
            p.chips {
                span.chip { span.icon aria-hidden="true" { (strength.1) } " " (view.text(strength.0)?) }
                @if let Some(suite) = &finding.suite { span.chip { (view.suite_title(suite)) } }
                @if let Some(language) = &finding.language { span.chip { (view.words.language_name(language)) } }
                span.chip { (view.text("report-finding-id")?) " " (foreign(&finding.id)) }
            }
            (meanings(view, finding)?)
            (examples(view, finding, &items)?)
            @if !own.is_empty() {
                h4 { (view.text("report-limits")?) }
                ul.limits { @for limit in own { li { (stored_sentence(limit)) } } }
            }
            (numbers(view, finding)?)
        }
    })
}

fn strength(strength: Strength) -> (&'static str, &'static str) {
    match strength {
        Strength::Identical => ("strength-identical", "="),
        Strength::MeasuredRepeated => ("strength-measured-repeated", "●●"),
        Strength::MeasuredOnce => ("strength-measured-once", "●"),
        Strength::Observed => ("strength-observed", "○"),
        Strength::Asked => ("strength-asked", "?"),
    }
}

fn meanings(view: &View, finding: &Finding) -> Result<Markup, Error> {
    let suite = finding.suite.as_deref();
    let Some((from, to)) = &finding.categories else {
        return Ok(html! {});
    };
    let mut categories = vec![from];
    if to != from {
        categories.push(to);
    }
    let known: Vec<_> = categories
        .into_iter()
        .filter_map(|category| view.meaning(suite, category).map(|meaning| (category, meaning)))
        .collect();
    Ok(html! {
        @if !known.is_empty() {
            dl.meanings aria-label=(view.text("report-meanings")?) {
                @for (category, meaning) in known {
                    dt { bdi dir="auto" { (view.label(suite, category)) } }
                    dd dir="auto" { (visible(meaning)) }
                }
            }
        }
    })
}

fn examples(view: &View, finding: &Finding, items: &[&ItemRecord]) -> Result<Markup, Error> {
    let suite = finding.suite.as_deref();
    let shown = &items[..items.len().min(EXAMPLES)];
    let caption =
        view.say("report-examples", [("k", count(shown.len() as u64)), ("n", count(finding.items.len() as u64))])?;
    Ok(html! {
        @if !shown.is_empty() {
            div.scroll {
                table.examples {
                    caption { (caption) }
                    thead { tr {
                        th scope="col" { (view.text("report-example-text")?) }
                        th scope="col" { (view.text("report-example-published")?) }
                        th scope="col" { (view.text("report-example-deployed")?) }
                    } }
                    tbody { @for item in shown { tr {
                        td.item lang=(item.language) dir="auto" { (visible(&item.text)) }
                        @match decision(finding, item) {
                            Some(decision) => {
                                td { (view.category_markup(suite.or(Some(&item.suite)), &decision.nominal, &item.language)) }
                                td.moved[decision.nominal != decision.operative] {
                                    (view.category_markup(suite.or(Some(&item.suite)), &decision.operative, &item.language))
                                    @if decision.nominal == decision.operative { " " span.note { (view.text("report-example-same")?) } }
                                }
                            }
                            None => td colspan="2" { (view.text("report-example-no-decision")?) }
                        }
                    } } }
                }
            }
        }
    })
}

/// The decision that a finding is about, or the first one where it names no reader.
pub(crate) fn decision<'a>(finding: &Finding, item: &'a ItemRecord) -> Option<&'a Decision> {
    match &finding.reader {
        Some(reader) => item.decisions.iter().find(|decision| decision.reader == *reader),
        None => item.decisions.first(),
    }
}

fn numbers(view: &View, finding: &Finding) -> Result<Markup, Error> {
    let mut rows: Vec<(&str, String)> = Vec::new();
    if let Some(measure) = &finding.measure {
        rows.push(("report-number-measure", visible(&measure.name).into_owned()));
        let value = measure.value.map(|value| format!("{} {}", number(value), visible(&measure.unit)));
        rows.push(("report-number-value", value.or_else(|| measure.undefined.clone()).unwrap_or_default()));
        rows.push(("report-number-n", measure.n.to_string()));
        rows.push(("report-number-runs", measure.runs.to_string()));
        let optional = [
            ("report-number-rounding", measure.rounding_control),
            ("report-number-floor", measure.floor),
            ("report-number-spread", measure.spread),
            ("report-number-negative", measure.negative_control),
            ("report-number-positive", measure.positive_control),
        ];
        rows.extend(optional.into_iter().filter_map(|(id, value)| value.map(|value| (id, number(value)))));
    }
    if let Some(effect) = finding.effect {
        rows.push(("report-number-effect", number(effect)));
    }
    if let Some((low, high)) = finding.interval {
        rows.push(("report-number-interval", format!("{} – {}", number(low), number(high))));
    }
    if let Some(p) = finding.adjusted_p {
        rows.push(("report-number-p", number(p)));
    }
    if let Some(reader) = &finding.reader {
        rows.push(("report-number-reader", view.text_or_other("reader", reader)?));
    }
    if let Some(tap) = finding.tap {
        rows.push(("report-number-tap", tap.to_string()));
    }
    Ok(html! {
        @if !rows.is_empty() {
            details {
                summary { (view.text("report-numbers")?) }
                table.numbers { tbody { @for (id, value) in rows { tr { th scope="row" { (view.text(id)?) } td { (value) } } } } }
            }
        }
    })
}
