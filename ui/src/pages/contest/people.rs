//! The people of an objection: who receives it, who stands behind it, and how far it may travel.

use leptos::prelude::*;
use parallax_wire::{Consent, Reviewer, Signatory};

use super::choices::{QUOTES, REVIEWER_ROLES, SCOPES, SIGNATORY_ROLES, radios, select};
use super::form::Step;
use super::saving::Saver;
use crate::say::{name, say, text};

/// Name that a report gives where the person gave none.
const NAMELESS: &str = "reviewer";

/// Part of a person that is not said.
const MEMBER: &str = "community_member";

/// The choice that a word stands for.
fn chosen_of(choices: &[(&'static str, &'static str)], word: &str) -> Option<&'static str> {
    choices.iter().map(|(choice, _)| *choice).find(|choice| *choice == word)
}

/// The organisation that receives the objection.
#[component]
pub(super) fn Receiver(signatory: Option<Signatory>, organisation: RwSignal<String>, saver: Saver) -> impl IntoView {
    // A role alone cannot be stored; once there was a name, an emptied one is stored too.
    let named = StoredValue::new(signatory.is_some());
    let part = signatory.and_then(|signatory| chosen_of(&SIGNATORY_ROLES, &signatory.role)).unwrap_or("unknown");
    let part = RwSignal::new(Some(part));
    let store = move || {
        let (organisation, part) = (organisation.get_untracked(), part.get_untracked());
        if named.get_value() || !organisation.trim().is_empty() {
            named.set_value(true);
            saver.change(|unsaved| {
                unsaved.fields.signatory = Some(organisation);
                unsaved.fields.signatory_role = part.map(str::to_owned);
            });
        }
    };
    view! {
        <Step title="window-contest-step-signatory">
            <div class="pair-of-fields">
                <div class="field">
                    <label for="signatory">{text("window-contest-signatory")}</label>
                    <p class="hint" id="hint-signatory">{text("window-contest-signatory-hint")}</p>
                    <input
                        type="text"
                        id="signatory"
                        name="signatory"
                        dir="auto"
                        aria-describedby="hint-signatory"
                        prop:value=move || organisation.get()
                        on:input:target=move |event| {
                            organisation.set(event.target().value());
                            store();
                        }
                    />
                </div>
                <label class="field">
                    <span>{text("window-contest-signatory-role")}</span>
                    {select("signatory_role", &SIGNATORY_ROLES, part, None, move |_| store())}
                </label>
            </div>
        </Step>
    }
}

/// The person who stands behind the objection, under any name.
#[component]
pub(super) fn Standing(reviewer: Option<Reviewer>, saver: Saver) -> impl IntoView {
    let (pseudonym, part) = match reviewer {
        Some(reviewer) => (reviewer.pseudonym, chosen_of(&REVIEWER_ROLES, &reviewer.role)),
        None => (String::new(), None),
    };
    let pseudonym = RwSignal::new(if pseudonym == NAMELESS { String::new() } else { pseudonym });
    let part = RwSignal::new(part);
    let store = move || {
        // A report names a part with every name; which one it will be is shown at once.
        let chosen = part.get_untracked().unwrap_or(MEMBER);
        part.set(Some(chosen));
        let pseudonym = pseudonym.get_untracked();
        saver.change(|unsaved| {
            let nameless = pseudonym.trim().is_empty();
            unsaved.fields.reviewer = Some(if nameless { NAMELESS.to_owned() } else { pseudonym });
            unsaved.fields.reviewer_role = Some(chosen.to_owned());
        });
    };
    view! {
        <Step title="window-contest-step-reviewer">
            <div class="pair-of-fields">
                <div class="field">
                    <label for="reviewer">{text("window-contest-reviewer")}</label>
                    <p class="hint" id="hint-reviewer">{text("window-contest-reviewer-hint")}</p>
                    <input
                        type="text"
                        id="reviewer"
                        name="reviewer"
                        dir="auto"
                        autocomplete="off"
                        aria-describedby="hint-reviewer"
                        prop:value=move || pseudonym.get()
                        on:input:target=move |event| {
                            pseudonym.set(event.target().value());
                            store();
                        }
                    />
                </div>
                <label class="field">
                    <span>{text("window-contest-reviewer-role")}</span>
                    {select(
                        "reviewer_role",
                        &REVIEWER_ROLES,
                        part,
                        Some("window-contest-reviewer-role-choose"),
                        move |_| store(),
                    )}
                </label>
            </div>
        </Step>
    }
}

/// How far the objection may travel, to whom, and whether it may be quoted.
#[component]
pub(super) fn Consented(consent: Consent, organisation: RwSignal<String>, saver: Saver) -> impl IntoView {
    let scope = RwSignal::new(Some(consent.scope));
    let quote = RwSignal::new(Some(consent.quote));
    let train = if consent.train_on { "contest-train-yes" } else { "contest-train-no" };
    view! {
        <Step title="window-contest-step-consent">
            <fieldset class="inner">
                <legend>{text("window-contest-scope")}</legend>
                {radios("scope", &SCOPES, scope, move |scope| saver.change(|unsaved| unsaved.fields.scope = Some(scope)))}
            </fieldset>
            <Recipients recipients=consent.recipients organisation saver />
            <fieldset class="inner">
                <legend>{text("window-contest-quote")}</legend>
                {radios("quote", &QUOTES, quote, move |quote| saver.change(|unsaved| unsaved.fields.quote = Some(quote)))}
            </fieldset>
            <ul class="rests small quiet">
                <li>{text(train)}</li>
                <li>{text("contest-revocable")}</li>
            </ul>
        </Step>
    }
}

/// Those to whom the objection may go, one on each line.
#[component]
fn Recipients(recipients: Vec<String>, organisation: RwSignal<String>, saver: Saver) -> impl IntoView {
    let typed = RwSignal::new(recipients.join("\n"));
    let store = move |value: String| {
        let recipients: Vec<String> =
            value.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        typed.set(value);
        saver.change(|unsaved| unsaved.fields.recipients = Some(recipients));
    };
    // Whoever is to answer is nearly always a recipient; typing the name twice invites two spellings.
    let offered = Memo::new(move |_| {
        let organisation = organisation.get().trim().to_owned();
        let there = typed.with(|typed| typed.lines().any(|line| line.trim() == organisation));
        (!organisation.is_empty() && !there).then_some(organisation)
    });
    let add = move |organisation: &str| {
        let mut lines = typed.get_untracked().trim_end().to_owned();
        if !lines.is_empty() {
            lines.push('\n');
        }
        store(lines + organisation);
    };
    let offer = move || {
        offered.get().map(|organisation| {
            let said = say("window-contest-recipients-add", [("name", name(&organisation))]);
            view! {
                <div>
                    <button type="button" class="plain" id="add-recipient" on:click=move |_| add(&organisation)>
                        {said}
                    </button>
                </div>
            }
        })
    };
    view! {
        <div class="field">
            <label for="recipients">{text("window-contest-recipients")}</label>
            <p class="hint" id="hint-recipients">{text("window-contest-recipients-hint")}</p>
            <textarea
                id="recipients"
                name="recipients"
                class="lines"
                dir="auto"
                aria-describedby="hint-recipients"
                prop:value=move || typed.get()
                on:input:target=move |event| store(event.target().value())
            ></textarea>
            {offer}
        </div>
    }
}
