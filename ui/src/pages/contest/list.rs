//! All objections of the case, and how to begin one.

use leptos::prelude::*;
use parallax_wire::{ContestationReport, ListContestations, ReportStatus};

use super::{Rests, rests_on};
use crate::load::{load, show};
use crate::parts::ItemText;
use crate::place::Place;
use crate::say::{count, name, say, text};
use crate::session::session;

/// Findings that are offered as a beginning.
const OFFERED: usize = 4;

/// All objections.
#[component]
pub(crate) fn Contestations() -> impl IntoView {
    let session = session();
    let reports = load(move || Some(ListContestations { case: session.case_id()? }));
    view! {
        <header>
            <h1 tabindex="-1">{text("window-contest-title")}</h1>
            <p>{text("window-contest-lead")}</p>
        </header>
        {show(reports, move |reports| {
            if reports.is_empty() {
                return view! { <p class="card">{text("window-contest-none")}</p> }.into_any();
            }
            let cards = reports.iter().cloned().map(|report| view! { <Card report /> }).collect_view();
            view! { <ul class="plain-list" id="contestations">{cards}</ul> }.into_any()
        })}
        <Begin />
    }
}

#[component]
fn Card(report: ContestationReport) -> impl IntoView {
    let place = Place::Contestation(report.id.clone());
    let summary = report.contest.summary.first().cloned();
    let title = match summary {
        Some(summary) => view! { <ItemText text=summary.value language=summary.lang /> }.into_any(),
        None => view! { <span class="quiet">{text("window-contest-undescribed")}</span> }.into_any(),
    };
    view! {
        <li class="card" data-contestation=report.id.clone()>
            <p class="row small">
                <Status status=report.status />
                <span class="quiet">{say("window-contest-day", [("day", name(&report.created))])}</span>
            </p>
            <h2><a href=place.hash()>{title}</a></h2>
            <div class="small">
                <p class="quiet">{rests_on(&report.findings)}</p>
                <Rests findings=report.findings />
            </div>
        </li>
    }
}

/// Where an objection stands, in words and with a sign.
#[component]
pub(super) fn Status(status: ReportStatus) -> impl IntoView {
    let (class, sign, id) = match status {
        ReportStatus::Draft => ("chip unknown", "…", "contest-status-draft"),
        ReportStatus::Final => ("chip same", "✓", "contest-status-final"),
        ReportStatus::Withdrawn => ("chip", "−", "contest-status-withdrawn"),
        ReportStatus::Superseded => ("chip", "−", "contest-status-superseded"),
    };
    view! { <span class=class><span aria-hidden="true">{sign}</span>{text(id)}</span> }
}

/// How an objection begins, with the first findings that one may begin from.
#[component]
fn Begin() -> impl IntoView {
    let session = session();
    let findings: Vec<(String, String)> = session
        .with_audit(|audit| {
            audit.findings.iter().map(|finding| (finding.id.clone(), finding.sentence.clone())).collect()
        })
        .unwrap_or_default();
    let n = findings.len();
    let offered = findings
        .into_iter()
        .take(OFFERED)
        .map(|(id, sentence)| view! { <li><a href=Place::Finding(id).hash()>{sentence}</a></li> })
        .collect_view();
    view! {
        <section class="card" id="begin">
            <h2>{text("window-contest-begin")}</h2>
            {if n == 0 {
                view! { <p>{text("window-contest-begin-none")}</p> }.into_any()
            } else {
                view! {
                    <p>{text("window-contest-begin-how")}</p>
                    <ul class="rests">{offered}</ul>
                    {(n > OFFERED)
                        .then(|| {
                            let all = say("window-contest-begin-all", [("n", count(n))]);
                            view! { <p><a href=Place::Findings.hash()>{all}</a></p> }
                        })}
                }
                .into_any()
            }}
        </section>
    }
}
