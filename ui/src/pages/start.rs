//! Where one begins: the demonstration, a case, two variants, or a bundle to check.

use leptos::prelude::*;
use leptos::task::spawn_local;
use parallax_wire::{ChooseVariant, ChosenPlace, Error, OpenCase, OpenDemonstration, PlaceForm, RunAudit};

use crate::bridge;
use crate::parts::{Failed, JobBox, JobState, SideMark, Term, start};
use crate::place::Place;
use crate::say::{say, text};
use crate::session::session;

/// The first page.
#[component]
pub(crate) fn Start() -> impl IntoView {
    let session = session();
    let demonstration = RwSignal::new(JobState::Idle);
    let open_demonstration =
        move || start(demonstration, |job| OpenDemonstration { job }, move |case| session.enter(case));
    let failed = RwSignal::new(None::<Error>);
    let open_case = move |_| {
        failed.set(None);
        spawn_local(async move {
            match bridge::call(&OpenCase {}).await {
                Ok(Some(case)) => session.enter(case),
                Ok(None) => {}
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
        });
    };
    let back = move || {
        session.case.with(|case| {
            case.as_ref().map(|case| {
                let link = say("window-start-back", [("case", crate::say::name(&case.name))]);
                view! { <p><a class="button main" href=Place::Overview.hash()>{link}</a></p> }
            })
        })
    };
    view! {
        <header>
            <h1 tabindex="-1">{text("window-start-title")}</h1>
            <p>{text("window-start-lead")}</p>
            {back}
        </header>
        <div class="cards">
            <section class="card" aria-labelledby="start-demonstration">
                <h2 id="start-demonstration">{text("window-start-demonstration")}</h2>
                <p>{text("window-start-demonstration-meaning")}</p>
                <div>
                    <button
                        type="button"
                        class="main"
                        id="open-demonstration"
                        disabled=move || demonstration.with(JobState::runs)
                        on:click=move |_| open_demonstration()
                    >
                        {text("window-start-demonstration-open")}
                    </button>
                </div>
                <JobBox state=demonstration again=move |()| open_demonstration() />
            </section>
            <section class="card" aria-labelledby="start-case">
                <h2 id="start-case">{text("window-start-case")}</h2>
                <p>{text("window-start-case-meaning")}</p>
                <div>
                    <button type="button" id="open-case" on:click=open_case>{text("window-start-case-open")}</button>
                </div>
                {move || failed.get().map(|error| view! { <Failed error /> })}
            </section>
            <section class="card" aria-labelledby="start-verify">
                <h2 id="start-verify">{text("window-start-verify")}</h2>
                <p>{text("window-start-verify-meaning")}</p>
                <div>
                    <a class="button" href=Place::Verify.hash()>{text("window-start-verify-open")}</a>
                </div>
            </section>
        </div>
        <Compare />
        <p class="quiet small">{text("window-start-local")}</p>
    }
}

/// Two variants to compare.
#[component]
fn Compare() -> impl IntoView {
    let session = session();
    let nominal = RwSignal::new(None::<ChosenPlace>);
    let operative = RwSignal::new(None::<ChosenPlace>);
    let job = RwSignal::new(JobState::Idle);
    let both = move || Some((nominal.get()?.id, operative.get()?.id));
    let compare = move || {
        let (Some(nominal), Some(operative)) = (nominal.get_untracked(), operative.get_untracked()) else { return };
        start(
            job,
            |job| RunAudit { job, nominal: nominal.id, operative: operative.id },
            move |case| session.enter(case),
        );
    };
    view! {
        <section class="card" aria-labelledby="start-compare">
            <h2 id="start-compare">{text("window-start-compare")}</h2>
            <p>
                {text("window-start-compare-meaning")} " "
                <Term id="safetensors" /> ", " <Term id="gguf" />
            </p>
            <div class="cards">
                <Side chosen=nominal filled=false label="report-side-published" meaning="explain-published" />
                <Side chosen=operative filled=true label="report-side-deployed" meaning="explain-deployed" />
            </div>
            <div class="row">
                <button
                    type="button"
                    class="main"
                    id="compare"
                    disabled=move || both().is_none() || job.with(JobState::runs)
                    on:click=move |_| compare()
                >
                    {text("window-start-compare-run")}
                </button>
                <span class="quiet small">{text("window-start-compare-time")}</span>
            </div>
            <JobBox state=job again=move |()| compare() />
        </section>
    }
}

/// Chooses one side.
#[component]
fn Side(
    chosen: RwSignal<Option<ChosenPlace>>,
    filled: bool,
    label: &'static str,
    meaning: &'static str,
) -> impl IntoView {
    let failed = RwSignal::new(None::<Error>);
    let choose = move |form: PlaceForm| {
        failed.set(None);
        spawn_local(async move {
            match bridge::call(&ChooseVariant { form }).await {
                Ok(Some(place)) => {
                    chosen.try_set(Some(place));
                }
                Ok(None) => {}
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
        });
    };
    let colour = if filled { "operative" } else { "nominal" };
    view! {
        <div class="stack">
            <h3 class=colour><SideMark filled />{text(label)}</h3>
            <p class="small quiet">{text(meaning)}</p>
            <p class="chosen" role="status">
                {move || match chosen.get() {
                    Some(place) => view! { <strong>{place.name}</strong> }.into_any(),
                    None => view! { <span class="quiet">{text("window-nothing-chosen")}</span> }.into_any(),
                }}
            </p>
            <div class="row">
                <button type="button" on:click=move |_| choose(PlaceForm::File)>{text("window-choose-file")}</button>
                <button type="button" on:click=move |_| choose(PlaceForm::Folder)>{text("window-choose-folder")}</button>
            </div>
            {move || failed.get().map(|error| view! { <Failed error /> })}
        </div>
    }
}
