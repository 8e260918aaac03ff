//! One finding: its sentence, what it does not say, its items, and what people say about it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use parallax_wire::{
    Annotation, Error, Finding, FindingType, ItemPage, ItemQuery, ListItems, ListNotes, OpenContestation, TargetKind,
};

use crate::bridge;
use crate::load::{load, show};
use crate::parts::{Category, Failed, ItemText, Move, NoteForm, NoteList, Sides};
use crate::place::{FilesQuery, MapQuery, Place};
use crate::say::{count, language, name, say, text};
use crate::session::{Session, session};

/// Items that this page shows at once.
const SHOWN: u64 = 12;

/// The page of one finding.
#[component]
pub(crate) fn FindingPage(id: String) -> impl IntoView {
    let session = session();
    match session.finding(&id) {
        None => view! { <h1 tabindex="-1">{say("window-finding-missing", [("id", name(id))])}</h1> }.into_any(),
        Some(finding) => view! { <Found finding /> }.into_any(),
    }
}

#[component]
fn Found(finding: Finding) -> impl IntoView {
    let session = session();
    let query = ItemQuery { finding: Some(finding.id.clone()), limit: SHOWN, ..ItemQuery::default() };
    let all = ItemQuery { finding: Some(finding.id.clone()), ..ItemQuery::default() };
    let drawn = MapQuery { finding: Some(finding.id.clone()), ..MapQuery::default() };
    let items = load(move || Some(ListItems { case: session.case_id()?, query: query.clone() }));
    let limits = finding.limits.iter().cloned().map(|limit| view! { <li>{limit}</li> }).collect_view();
    let n = finding.items.len();
    let reader = finding.reader.clone();
    view! {
        <header>
            <p class="row small">
                <a href=Place::Findings.hash()>{text("report-found")}</a>
                <span class="chip">{say("window-finding-name", [("id", name(&finding.id))])}</span>
                {finding.suite.as_deref().map(|suite| view! { <span class="chip">{session.suite_title(suite)}</span> })}
                {finding.language.as_deref().map(|tag| view! { <span class="chip">{language(tag)}</span> })}
            </p>
            <h1 tabindex="-1" class="sentence">{finding.sentence.clone()}</h1>
        </header>
        <Actions id=finding.id.clone() />
        <section class="note-box">
            <h2>{text("report-limits")}</h2>
            <ul>{limits}</ul>
        </section>
        {meanings(session, &finding)}
        {(n > 0)
            .then(|| {
                view! {
                    <section class="stack">
                        <div class="row">
                            <h2>{text("window-finding-items")}</h2>
                            <Sides />
                        </div>
                        {show(items, move |page| found_items(&page, reader.as_deref()))}
                        <p class="row">
                            <a href=Place::Items(all.clone()).hash()>{say("window-finding-all", [("n", count(n))])}</a>
                            <a href=Place::Matrix.hash()>{text("window-nav-matrix")}</a>
                            <a href=Place::Map(drawn).hash()>{text("window-finding-map")}</a>
                        </p>
                    </section>
                }
            })}
        {(finding.kind == FindingType::TensorDiff)
            .then(|| {
                view! {
                    <p>
                        <a href=Place::Files(FilesQuery::default()).hash() id="finding-files">
                            {text("window-finding-files")}
                        </a>
                    </p>
                }
            })}
        {numbers(&finding)}
        <FindingNotes id=finding.id.clone() />
    }
}

/// What can be done about a finding.
#[component]
fn Actions(id: String) -> impl IntoView {
    let session = session();
    let failed = RwSignal::new(None::<Error>);
    let busy = RwSignal::new(false);
    let contest = move |_| {
        let Some(case) = session.case_id() else { return };
        busy.set(true);
        failed.set(None);
        let findings = vec![id.clone()];
        spawn_local(async move {
            match bridge::call(&OpenContestation { case, findings }).await {
                Ok(state) => {
                    session.refresh();
                    session.go(&Place::Contestation(state.report.id));
                }
                Err(error) => {
                    busy.try_set(false);
                    failed.try_set(Some(error));
                }
            }
        });
    };
    view! {
        <div class="row">
            <button type="button" class="main" id="contest" disabled=move || busy.get() on:click=contest>
                {text("window-finding-contest")}
            </button>
            <span class="quiet small">{text("window-finding-contest-meaning")}</span>
        </div>
        {move || failed.get().map(|error| view! { <Failed error /> })}
    }
}

/// What the categories of a pair mean, as their suite says it.
fn meanings(session: Session, finding: &Finding) -> Option<impl IntoView + use<>> {
    let (suite, (from, to)) = (finding.suite.clone()?, finding.categories.clone()?);
    let rows = [from, to]
        .into_iter()
        .filter_map(|id| {
            let meaning = session.meaning_in(&suite, &id, "en")?;
            let (suite, language) = (suite.clone(), finding.language.clone().unwrap_or_else(|| "en".to_owned()));
            Some(view! {
                <dt><Category suite id language /></dt>
                <dd>{meaning}</dd>
            })
        })
        .collect_view();
    Some(view! {
        <section class="card">
            <h2>{text("report-meanings")}</h2>
            <dl class="facts">{rows}</dl>
        </section>
    })
}

fn found_items(page: &ItemPage, reader: Option<&str>) -> impl IntoView + use<> {
    let rows = page
        .items
        .iter()
        .map(|item| {
            let place = Place::Item(item.suite.clone(), item.id.clone());
            let decision = item
                .decisions
                .iter()
                .find(|decision| Some(decision.reader.as_str()) == reader)
                .or(item.decisions.first())
                .cloned();
            let suite = item.suite.clone();
            view! {
                <tr>
                    <td>
                        <a href=place.hash() class="quiet-link">
                            <ItemText text=item.text.clone() language=item.language.clone() />
                        </a>
                    </td>
                    <td>
                        {decision
                            .map(|decision| {
                                view! { <Move suite nominal=decision.nominal operative=decision.operative /> }
                            })}
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="scroll card">
            <table class="items">
                <thead>
                    <tr>
                        <th scope="col">{text("report-example-text")}</th>
                        <th scope="col">{text("window-sorted-under")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// The numbers behind a finding, for those who ask.
fn numbers(finding: &Finding) -> Option<impl IntoView + use<>> {
    let measure = finding.measure.clone()?;
    let number = |value: f64| {
        let text = if value != 0.0 && value.abs() < 0.001 { format!("{value:.1e}") } else { format!("{value:.3}") };
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let interval = finding.interval.map(|(low, high)| format!("{} – {}", number(low), number(high)));
    let rows: Vec<(&str, Option<String>)> = vec![
        ("report-number-value", measure.value.map(number).or_else(|| measure.undefined.clone())),
        ("report-number-n", Some(measure.n.to_string())),
        ("report-number-rounding", measure.rounding_control.map(number)),
        ("report-number-floor", measure.floor.map(number)),
        ("report-number-negative", measure.negative_control.map(number)),
        ("report-number-positive", measure.positive_control.map(number)),
        ("report-number-effect", finding.effect.map(number)),
        ("report-number-interval", interval),
        ("report-number-p", finding.adjusted_p.map(number)),
    ];
    let rows = rows
        .into_iter()
        .filter_map(|(id, value)| {
            Some(view! { <tr><th scope="row">{text(id)}</th><td class="number">{value?}</td></tr> })
        })
        .collect_view();
    Some(view! {
        <details class="card folded">
            <summary>{text("report-numbers")}</summary>
            <table>
                <tbody>
                    <tr><th scope="row">{text("report-number-measure")}</th><td class="number">{measure.name.clone()} " (" {measure.unit.clone()} ")"</td></tr>
                    {rows}
                </tbody>
            </table>
        </details>
    })
}

/// Notes on the finding, and a form for one more.
#[component]
fn FindingNotes(id: String) -> impl IntoView {
    let session = session();
    let again = RwSignal::new(0);
    let notes = load(move || {
        again.track();
        Some(ListNotes { case: session.case_id()? })
    });
    let wanted = id.clone();
    let own = move |notes: &Vec<Annotation>| -> Vec<Annotation> {
        notes.iter().filter(|note| note.target == TargetKind::Finding && note.target_id == wanted).cloned().collect()
    };
    view! {
        <section class="card">
            <h2>{text("report-notes")}</h2>
            {show(notes, move |notes| view! { <NoteList notes=own(&notes) /> })}
            <NoteForm target=TargetKind::Finding target_id=id made=move |_| again.update(|again| *again += 1) />
        </section>
    }
}
