//! A sealed objection, to be read and no longer changed.

use leptos::prelude::*;
use parallax_wire::ContestationReport;

use super::choices::{ACCESS, ASKS, KINDS, QUOTES, REVIEWER_ROLES, SCOPES, SIGNATORY_ROLES, SITES, sentence_of};
use super::list::Status;
use super::texts::Read;
use super::{Rests, rests_on};
use crate::place::Place;
use crate::say::{name, say, text};

/// All that a sealed objection says.
#[component]
pub(super) fn Sealed(report: ContestationReport) -> impl IntoView {
    let contest = report.contest;
    let kinds = sentences(contest.kinds.iter().map(|kind| sentence_of(&KINDS, kind)));
    let asks = sentences(contest.asks.iter().map(|ask| sentence_of(&ASKS, ask)));
    let no_asks = contest.asks.is_empty();
    view! {
        <div class="note-box good" id="sealed-lead">
            <p class="row"><Status status=report.status />{text("window-contest-sealed-lead")}</p>
            <p class="row">
                {text("window-contest-sealed-check")}
                <a class="button" href=Place::Verify.hash()>{text("window-verify-title")}</a>
            </p>
        </div>
        <section class="card">
            <h2>{text("window-contest-step-words")}</h2>
            <Read texts=contest.summary />
            <Read texts=contest.statement />
        </section>
        <section class="card">
            <h2>{text("window-contest-step-rests")}</h2>
            <p class="quiet small">{rests_on(&report.findings)}</p>
            <Rests findings=report.findings />
        </section>
        <section class="card">
            <h2>{text("report-contested")}</h2>
            <ul class="rests">{kinds}</ul>
            {contest
                .target_site
                .map(|site| {
                    view! { <p><span class="quiet">{text("report-target-site")}</span> " " {sentence_of(&SITES, &site)}</p> }
                })}
            {(!no_asks).then(|| view! { <h2>{text("report-asked-for")}</h2> <ul class="rests">{asks}</ul> })}
        </section>
        <section class="card">
            <h2>{text("report-consent")}</h2>
            <dl class="facts">
                {report
                    .signatory
                    .map(|signatory| {
                        let part = SIGNATORY_ROLES.iter().find(|(role, _)| *role == signatory.role);
                        let part = part.map_or("signatory-other", |(_, id)| *id);
                        view! {
                            <dt>{text("report-record-signatory")}</dt>
                            <dd><bdi>{shown(&signatory.name)}</bdi> " (" {text(part)} ")"</dd>
                        }
                    })}
                {report
                    .subject
                    .deployed_access
                    .map(|access| {
                        view! {
                            <dt>{text("report-record-access")}</dt>
                            <dd>{sentence_of(&ACCESS, &access)}</dd>
                        }
                    })}
                {report
                    .reviewers
                    .into_iter()
                    .map(|reviewer| {
                        let part = REVIEWER_ROLES.iter().find(|(role, _)| *role == reviewer.role);
                        let part = part.map_or("contest-role-other", |(_, id)| *id);
                        view! {
                            <dt>{text("report-reviewers")}</dt>
                            <dd><bdi>{shown(&reviewer.pseudonym)}</bdi> " (" {text(part)} ")"</dd>
                        }
                    })
                    .collect_view()}
                <dt>{text("window-contest-scope")}</dt>
                <dd>{sentence_of(&SCOPES, &report.consent.scope)}</dd>
                <dt>{text("window-contest-recipients")}</dt>
                <dd>{recipients(&report.consent.recipients)}</dd>
                <dt>{text("window-contest-quote")}</dt>
                <dd>{sentence_of(&QUOTES, &report.consent.quote)}</dd>
                <dt>{text("report-record-id")}</dt>
                <dd class="code">{shown(&report.id)}</dd>
                <dt>{text("report-record-day")}</dt>
                <dd>{report.created}</dd>
            </dl>
            <ul class="rests small quiet">
                <li>{text(if report.consent.train_on { "contest-train-yes" } else { "contest-train-no" })}</li>
                <li>{text("contest-revocable")}</li>
            </ul>
        </section>
    }
}

fn sentences(sentences: impl Iterator<Item = String>) -> AnyView {
    sentences.map(|sentence| view! { <li>{sentence}</li> }).collect_view().into_any()
}

fn recipients(recipients: &[String]) -> String {
    if recipients.is_empty() {
        text("contest-recipients-none")
    } else {
        say("contest-recipients", [("recipients", name(recipients.join("; ")))])
    }
}

fn shown(foreign: &str) -> String {
    parallax_words::visible(foreign).into_owned()
}
