//! The self-contained HTML page of an audit or a contestation: no script, nothing remote, readable without Parallax.

mod bars;
mod checks;
mod closing;
mod decisions;
mod findings;
mod inside;
mod lines;
mod objection;
mod overview;
mod view;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use parallax_wire::{Audit, ItemRecord};
use parallax_words::Words;

use crate::Error;
use crate::content::BundleContent;
pub(crate) use objection::wire_name;
pub(crate) use view::View;

/// Styles of the page; the only ones, since the page loads nothing.
const STYLE: &str = include_str!("style.css");

/// The unsigned page of an audit, with all items the audit asked about.
///
/// # Errors
/// When a sentence is missing or a finding may not be said.
pub(crate) fn audit_page(words: &Words, audit: &Audit, items: &[ItemRecord]) -> Result<String, Error> {
    let view = View::of_audit(words, audit, items);
    let title = view.text("report-title-audit")?;
    let body = html! {
        (overview::head(&view, &title, "report-lead-audit")?)
        (measured(&view)?)
        (closing::repeat_audit(&view)?)
        (closing::glossary(&view)?)
        (closing::end(&view, false)?)
    };
    Ok(shell(&view, &title, &body).into_string())
}

/// The page of a contestation, with the findings and items that it includes.
///
/// # Errors
/// As [`audit_page`].
pub(crate) fn contestation_page(words: &Words, content: &BundleContent) -> Result<String, Error> {
    let view = View::of_contestation(words, content);
    let title = view.text("report-title-contestation")?;
    let body = html! {
        (overview::head(&view, &title, "report-lead-contestation")?)
        (objection::objection(&view, content)?)
        (measured(&view)?)
        (objection::annotations(&view, content)?)
        (closing::repeat_contestation(&view, &content.report)?)
        (closing::glossary(&view)?)
        (closing::end(&view, true)?)
    };
    Ok(shell(&view, &title, &body).into_string())
}

/// The part that both pages share: what was found, and then what it rests on.
fn measured(view: &View) -> Result<Markup, Error> {
    Ok(html! {
        (overview::cannot_test(view)?)
        (findings::findings(view)?)
        (decisions::decisions(view)?)
        (inside::inside(view)?)
        (overview::subject(view)?)
        (checks::preflight(view)?)
    })
}

fn shell(view: &View, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(view.language()) dir="ltr" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (body) } }
        }
    }
}
