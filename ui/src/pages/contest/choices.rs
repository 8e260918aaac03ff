//! What may be chosen in an objection, each with its sentence, and the fields to choose with.

use leptos::prelude::*;
use parallax_wire::{Ask, ContestKind, DeployedAccess, Quote, Scope, TargetSite};
use serde::Serialize;

use crate::say::text;

/// Something that may be chosen, with the id of its sentence.
pub(super) type Choice<T> = (T, &'static str);

pub(super) const KINDS: [Choice<ContestKind>; 11] = [
    (ContestKind::WrongAssignment, "contest-kind-wrong-assignment"),
    (ContestKind::DeployedDiffers, "contest-kind-deployed-differs"),
    (ContestKind::CategoryBoundary, "contest-kind-category-boundary"),
    (ContestKind::CategoryName, "contest-kind-category-name"),
    (ContestKind::CategoryMissing, "contest-kind-category-missing"),
    (ContestKind::CategoryExists, "contest-kind-category-exists"),
    (ContestKind::UseItself, "contest-kind-use-itself"),
    (ContestKind::Process, "contest-kind-process"),
    (ContestKind::DisclosureMissing, "contest-kind-disclosure-missing"),
    (ContestKind::DisclosureMismatch, "contest-kind-disclosure-mismatch"),
    (ContestKind::PracticeVsEndorsement, "contest-kind-practice-vs-endorsement"),
];

pub(super) const ASKS: [Choice<Ask>; 10] = [
    (Ask::Explain, "contest-ask-explain"),
    (Ask::HumanReview, "contest-ask-human-review"),
    (Ask::CorrectCategory, "contest-ask-correct-category"),
    (Ask::RestorePublished, "contest-ask-restore-published"),
    (Ask::StopUse, "contest-ask-stop-use"),
    (Ask::Retest, "contest-ask-retest"),
    (Ask::DefineCategory, "contest-ask-define-category"),
    (Ask::PublishRecipe, "contest-ask-publish-recipe"),
    (Ask::PublishDataInfo, "contest-ask-publish-data-info"),
    (Ask::ReplyOnly, "contest-ask-reply-only"),
];

pub(super) const SITES: [Choice<TargetSite>; 6] = [
    (TargetSite::Representation, "contest-site-representation"),
    (TargetSite::ModelOutput, "contest-site-model-output"),
    (TargetSite::DeployedSystem, "contest-site-deployed-system"),
    (TargetSite::DecisionProcess, "contest-site-decision-process"),
    (TargetSite::Disclosure, "contest-site-disclosure"),
    (TargetSite::Endorsement, "contest-site-endorsement"),
];

pub(super) const ACCESS: [Choice<DeployedAccess>; 5] = [
    (DeployedAccess::FileFromDeployer, "contest-access-file-from-deployer"),
    (DeployedAccess::Downloaded, "contest-access-downloaded"),
    (DeployedAccess::Extracted, "contest-access-extracted"),
    (DeployedAccess::AnswersOnly, "contest-access-answers-only"),
    (DeployedAccess::NotSeen, "contest-access-not-seen"),
];

pub(super) const SCOPES: [Choice<Scope>; 5] = [
    (Scope::Red, "contest-scope-red"),
    (Scope::AmberStrict, "contest-scope-amber-strict"),
    (Scope::Amber, "contest-scope-amber"),
    (Scope::Green, "contest-scope-green"),
    (Scope::Clear, "contest-scope-clear"),
];

pub(super) const QUOTES: [Choice<Quote>; 3] = [
    (Quote::ParaphraseOnly, "contest-quote-paraphrase-only"),
    (Quote::Yes, "contest-quote-yes"),
    (Quote::No, "contest-quote-no"),
];

pub(super) const SIGNATORY_ROLES: [Choice<&str>; 4] = [
    ("unknown", "signatory-unknown"),
    ("publisher", "signatory-publisher"),
    ("deployer", "signatory-deployer"),
    ("both", "signatory-both"),
];

pub(super) const REVIEWER_ROLES: [Choice<&str>; 5] = [
    ("affected", "contest-role-affected"),
    ("community_member", "contest-role-community-member"),
    ("accompanier", "contest-role-accompanier"),
    ("auditor", "contest-role-auditor"),
    ("language_expert", "contest-role-language-expert"),
];

/// The sentence of what was chosen.
pub(super) fn sentence_of<T: PartialEq>(choices: &[Choice<T>], chosen: &T) -> String {
    choices.iter().find(|(choice, _)| choice == chosen).map(|(_, id)| text(id)).unwrap_or_default()
}

/// The word that stands for a choice in a report.
fn word(choice: &impl Serialize) -> String {
    // Every choice is a unit variant, which is written as a string.
    let value = serde_json::to_value(choice).ok();
    value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Any number of things to choose; `changed` is told all that are chosen, in the order of the list.
pub(super) fn checks<T>(
    name: &'static str,
    choices: &'static [Choice<T>],
    chosen: RwSignal<Vec<T>>,
    changed: impl Fn(Vec<T>) + Copy + 'static,
) -> impl IntoView
where
    T: Copy + PartialEq + Serialize + Send + Sync + 'static,
{
    let set = move |choice: T, on: bool| {
        let rest = chosen.get_untracked();
        let now: Vec<T> = choices
            .iter()
            .map(|(known, _)| *known)
            .filter(|known| if *known == choice { on } else { rest.contains(known) })
            .collect();
        chosen.set(now.clone());
        changed(now);
    };
    let boxes = choices
        .iter()
        .map(|(choice, id)| {
            view! {
                <label class="choice">
                    <input
                        type="checkbox"
                        name=name
                        value=word(choice)
                        prop:checked=move || chosen.with(|chosen| chosen.contains(choice))
                        on:change:target=move |event| set(*choice, event.target().checked())
                    />
                    <span>{text(id)}</span>
                </label>
            }
        })
        .collect_view();
    view! { <div class="choices">{boxes}</div> }
}

/// One thing to choose, or none yet.
pub(super) fn radios<T>(
    name: &'static str,
    choices: &'static [Choice<T>],
    chosen: RwSignal<Option<T>>,
    changed: impl Fn(T) + Copy + 'static,
) -> impl IntoView
where
    T: Copy + PartialEq + Serialize + Send + Sync + 'static,
{
    let buttons = choices
        .iter()
        .map(|(choice, id)| {
            let take = move |_| {
                chosen.set(Some(*choice));
                changed(*choice);
            };
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        name=name
                        value=word(choice)
                        prop:checked=move || chosen.get() == Some(*choice)
                        on:change=take
                    />
                    <span>{text(id)}</span>
                </label>
            }
        })
        .collect_view();
    view! { <div class="choices">{buttons}</div> }
}

/// A list to choose one thing from; `unsaid` stands there while none is.
pub(super) fn select<T>(
    name: &'static str,
    choices: &'static [Choice<T>],
    chosen: RwSignal<Option<T>>,
    unsaid: Option<&'static str>,
    changed: impl Fn(T) + Copy + 'static,
) -> impl IntoView
where
    T: Copy + PartialEq + Serialize + Send + Sync + 'static,
{
    let take = move |value: String| {
        if let Some((choice, _)) = choices.iter().find(|(choice, _)| word(choice) == value) {
            chosen.set(Some(*choice));
            changed(*choice);
        }
    };
    let options = choices
        .iter()
        .map(|(choice, id)| {
            let selected = move || chosen.get() == Some(*choice);
            view! { <option value=word(choice) prop:selected=selected>{text(id)}</option> }
        })
        .collect_view();
    let first = unsaid.map(|id| {
        // Once something is said it can be changed and not unsaid.
        let said = move || chosen.get().is_some();
        view! { <option value="" prop:selected=move || !said() disabled=said>{text(id)}</option> }
    });
    view! {
        <select name=name on:change:target=move |event| take(event.target().value())>
            {first} {options}
        </select>
    }
}
