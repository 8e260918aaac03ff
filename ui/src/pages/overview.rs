//! What is being compared, and the first of what was found.

use leptos::prelude::*;
use parallax_wire::{Audit, Identity, PreflightRow, PreflightStatus, RegimeKind};

use crate::pages::findings::FindingCard;
use crate::parts::{SideMark, StatusChip, Term};
use crate::place::Place;
use crate::say::{count, language, name, say, text};
use crate::session::session;

/// Findings that the overview shows.
const FIRST: usize = 2;

/// The first page of a case.
#[component]
pub(crate) fn Overview() -> impl IntoView {
    let session = session();
    move || session.with_audit(page)
}

fn page(audit: &Audit) -> impl IntoView + use<> {
    let items: u64 = audit.suites.iter().map(|suite| suite.n_items).sum();
    let findings = audit.findings.len();
    let cannot_test: Vec<&PreflightRow> =
        audit.preflight.iter().filter(|row| row.status == PreflightStatus::CannotTest).collect();
    let mut tags: Vec<&str> = cannot_test.iter().filter_map(|row| row.language.as_deref()).collect();
    tags.sort_unstable();
    tags.dedup();
    let differs =
        audit.preflight.iter().filter(|row| row.item.is_none() && row.status == PreflightStatus::Differs).count();
    let regime = match audit.regime.kind {
        RegimeKind::SameBasis => "regime-same-basis",
        RegimeKind::DifferentBasis => "regime-different-basis",
        RegimeKind::Undetermined => "regime-undetermined",
    };
    let asked = say("report-asked", [("suites", count(audit.suites.len())), ("items", count(items))]);
    let suites = audit
        .suites
        .iter()
        .map(|suite| {
            let line = say(
                "report-suite",
                [("title", name(&suite.title)), ("n", count(suite.n_items)), ("k", count(suite.categories.len()))],
            );
            view! { <li>{line}</li> }
        })
        .collect_view();
    let first =
        audit.findings.iter().take(FIRST).cloned().map(|finding| view! { <FindingCard finding /> }).collect_view();
    let languages = tags.iter().map(|tag| language(tag)).collect::<Vec<_>>().join(", ");
    view! {
        <header>
            <h1 tabindex="-1">{text("window-overview-title")}</h1>
            <p>{text("window-overview-lead")}</p>
        </header>
        <section class="cards sides" aria-label=text("report-compared")>
            {side(&audit.nominal, false)} {side(&audit.operative, true)}
        </section>
        <section class="stack" id="first-findings">
            <h2>{text("window-overview-first")}</h2>
            {if findings == 0 {
                view! { <p class="card">{text("window-findings-none")}</p> }.into_any()
            } else {
                first.into_any()
            }}
            {(findings > FIRST)
                .then(|| {
                    view! {
                        <p>
                            <a href=Place::Findings.hash()>{say("window-overview-all", [("n", count(findings))])}</a>
                        </p>
                    }
                })}
        </section>
        {(!tags.is_empty())
            .then(|| {
                view! {
                    <div class="note-box unsure">
                        <p class="row"><StatusChip status=PreflightStatus::CannotTest /> <strong>{languages}</strong></p>
                        <p>{text("report-cannot-test-meaning")}</p>
                    </div>
                }
            })}
        <section class="glance" aria-label=text("window-glance")>
            <a href=Place::Findings.hash()>
                <strong>{findings}</strong> <span>{say("report-glance-findings", [("n", count(findings))])}</span>
            </a>
            <a href=Place::Items(Default::default()).hash()>
                <strong>{items}</strong> <span>{say("report-glance-items", [("n", count(items))])}</span>
            </a>
            <a href=Place::Preflight.hash()>
                <strong>{differs}</strong> <span>{say("window-glance-differs", [("n", count(differs))])}</span>
            </a>
            <a href=Place::Preflight.hash()>
                <strong>{tags.len()}</strong>
                <span>{say("report-glance-cannot-test", [("n", count(tags.len()))])}</span>
            </a>
        </section>
        <section class="card">
            <h2>{text("window-overview-how")}</h2>
            <p>{asked}</p>
            <ul>{suites}</ul>
            <p>{text(regime)} " " <Term id="regime" shown=text("window-what-is-this") /></p>
            <p class="quiet small">{audit.regime.reason.clone()}</p>
        </section>
    }
}

/// One variant: its name and size, and behind a fold what it is made of and its files.
fn side(identity: &Identity, filled: bool) -> impl IntoView + use<> {
    let (label, colour) =
        if filled { ("report-side-deployed", "operative") } else { ("report-side-published", "nominal") };
    let size: u64 = identity.files.iter().map(|file| file.size).sum();
    let types =
        identity.tensor_types.iter().map(|(kind, parts)| format!("{kind} ({parts})")).collect::<Vec<_>>().join(", ");
    let files = identity
        .files
        .iter()
        .map(|file| {
            view! {
                <li>
                    {file.name.clone()} " " <span class="quiet">{bytes(file.size)}</span>
                    <br />
                    <span class="code quiet">{file.sha256.clone()}</span>
                </li>
            }
        })
        .collect_view();
    let kind = say("window-overview-side", [("size", name(bytes(size))), ("n", count(identity.n_params))]);
    view! {
        <article class="card">
            <h2 class=colour><SideMark filled />{text(label)}</h2>
            <p><strong>{identity.name.clone()}</strong></p>
            <p class="quiet small kind">{kind}</p>
            <details>
                <summary>{text("window-overview-more")}</summary>
                <dl class="facts small">
                    <dt>{text("report-row-kind")}</dt>
                    <dd>{identity.architecture.clone()}</dd>
                    <dt>{text("report-row-digits")}</dt>
                    <dd>{types}</dd>
                    <dt>{text("report-row-tokenizer")}</dt>
                    <dd>{identity.tokenizer.clone()}</dd>
                </dl>
                <h3 class="small">{text("window-overview-files")}</h3>
                <ul class="small">{files}</ul>
            </details>
        </article>
    }
}

/// A size as people read it, in decimal units as file managers show it.
pub(crate) fn bytes(size: u64) -> String {
    match size {
        0..1_000 => format!("{size} B"),
        1_000..1_000_000 => format!("{:.1} kB", size as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", size as f64 / 1e6),
        _ => format!("{:.2} GB", size as f64 / 1e9),
    }
}
