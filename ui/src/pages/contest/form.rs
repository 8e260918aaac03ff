//! A draft as one form in numbered steps, stored while it is written, with what is still missing beside it.

use leptos::prelude::*;
use parallax_wire::{ContestState, ContestationReport};

use super::choices::{ACCESS, ASKS, KINDS, SITES, checks, radios, select};
use super::people::{Consented, Receiver, Standing};
use super::saving::{SaveState, Saver};
use super::texts::{Said, Texts};
use super::{Rests, rests_on};
use crate::parts::Failed;
use crate::place::Place;
use crate::say::text;

/// The form of one draft. Its fields begin with what is stored and are from then on the person's alone.
#[component]
pub(super) fn Form(mut state: ContestState) -> impl IntoView {
    let saver = Saver::begin(&mut state);
    let report = state.report;
    let to_preview = Place::Preview(report.id.clone());
    let organisation = report.signatory.as_ref().map(|signatory| signatory.name.clone()).unwrap_or_default();
    let organisation = RwSignal::new(organisation);
    let (summary, statement) = (report.contest.summary.clone(), report.contest.statement.clone());
    view! {
        <p class="lead">{text("window-contest-one-lead")}</p>
        <div class="contest">
            <form
                class="steps"
                on:submit=move |event| {
                    event.prevent_default();
                    saver.store();
                }
                on:focusout=move |_| saver.store()
            >
                <Findings report=report.clone() />
                <Objection report=report.clone() saver />
                <Step title="window-contest-step-words">
                    <Texts said=Said::Summary texts=summary saver />
                    <hr />
                    <Texts said=Said::Statement texts=statement saver />
                </Step>
                <Receiver signatory=report.signatory.clone() organisation saver />
                <Reached report=report.clone() saver />
                <Standing reviewer=report.reviewers.first().cloned() saver />
                <Consented consent=report.consent.clone() organisation saver />
            </form>
            <Aside saver to_preview />
        </div>
    }
}

/// One numbered part of the form.
#[component]
pub(super) fn Step(
    title: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card step">
            <fieldset>
                <legend>{text(title)}</legend>
                {hint.map(|hint| view! { <p class="hint small quiet">{text(hint)}</p> })}
                {children()}
            </fieldset>
        </section>
    }
}

#[component]
fn Findings(report: ContestationReport) -> impl IntoView {
    let none = report.findings.is_empty();
    view! {
        <section class="card step">
            <h2 class="step-title">{text("window-contest-step-rests")}</h2>
            {if none {
                view! { <p>{text("window-contest-step-rests-none")}</p> }.into_any()
            } else {
                view! {
                    <p class="quiet small">{rests_on(&report.findings)}</p>
                    <Rests findings=report.findings />
                }
                .into_any()
            }}
        </section>
    }
}

/// What is contested and what is asked.
#[component]
fn Objection(report: ContestationReport, saver: Saver) -> impl IntoView {
    let kinds = RwSignal::new(report.contest.kinds);
    let asks = RwSignal::new(report.contest.asks);
    let site = RwSignal::new(report.contest.target_site);
    view! {
        <Step title="window-contest-step-kinds" hint="window-contest-step-kinds-hint">
            {checks("kinds", &KINDS, kinds, move |kinds| saver.change(|unsaved| unsaved.fields.kinds = Some(kinds)))}
            <label class="field">
                <span>{text("window-contest-site")}</span>
                {select(
                    "target_site",
                    &SITES,
                    site,
                    Some("window-contest-access-unsaid"),
                    move |site| saver.change(|unsaved| unsaved.fields.target_site = Some(site)),
                )}
            </label>
        </Step>
        <Step title="window-contest-step-asks" hint="window-contest-step-asks-hint">
            {checks("asks", &ASKS, asks, move |asks| saver.change(|unsaved| unsaved.fields.asks = Some(asks)))}
        </Step>
    }
}

/// How the deployed variant was reached.
#[component]
fn Reached(report: ContestationReport, saver: Saver) -> impl IntoView {
    let access = RwSignal::new(report.subject.deployed_access);
    view! {
        <Step title="window-contest-step-access">
            {radios(
                "deployed_access",
                &ACCESS,
                access,
                move |access| saver.change(|unsaved| unsaved.fields.deployed_access = Some(access)),
            )}
        </Step>
    }
}

/// Whether all is stored, what is missing, and the way on.
#[component]
fn Aside(saver: Saver, to_preview: Place) -> impl IntoView {
    // Every key that is pressed says the same again; what is read aloud must not.
    let (missing, state) = (Memo::new(move |_| saver.missing.get()), Memo::new(move |_| saver.state.get()));
    let to_preview = StoredValue::new(to_preview);
    let saved = move || match state.get() {
        SaveState::Saved => view! { <p class="saved" data-saved="true">{text("window-contest-saved")}</p> }.into_any(),
        SaveState::Saving => {
            view! { <p class="saved" data-saved="false">{text("window-contest-saving")}</p> }.into_any()
        }
        SaveState::Failed(error) => view! {
            <p class="saved" data-saved="false">{text("window-contest-not-saved")}</p>
            <Failed error again=move |()| saver.store() />
        }
        .into_any(),
    };
    let sentences = move || {
        let missing = missing.get();
        if missing.is_empty() {
            view! {
                <h2><span class="sign" aria-hidden="true">"✓ "</span>{text("window-contest-complete")}</h2>
                <div>
                    <button
                        type="button"
                        class="main"
                        id="to-preview"
                        on:click=move |_| saver.leave(to_preview.get_value())
                    >
                        {text("window-contest-to-preview")}
                    </button>
                </div>
            }
            .into_any()
        } else {
            let list = missing.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view();
            view! {
                <h2>{text("window-contest-missing")}</h2>
                <ul id="missing">{list}</ul>
            }
            .into_any()
        }
    };
    view! {
        <aside class="card beside" aria-label=text("window-contest-missing")>
            <div aria-live="polite">{sentences}</div>
            <div class="small quiet" role="status">{saved}</div>
        </aside>
    }
}
