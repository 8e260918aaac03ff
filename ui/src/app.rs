//! The frame: bar, navigation and the page one is on.

use leptos::prelude::*;
use parallax_wire::Error;

use crate::dom;
use crate::load::Loaded;
use crate::pages;
use crate::parts::{Failed, SideMark};
use crate::place::Place;
use crate::say::{name, say, text};
use crate::session::Session;

/// The whole window.
#[component]
pub(crate) fn App() -> impl IntoView {
    let session = Session::new();
    provide_context(session);
    session.start();
    let handle = window_event_listener(leptos::ev::hashchange, move |_| {
        let place = Place::from_hash(&dom::hash());
        let same = session.place.with_untracked(|before| before.same_page(&place));
        session.place.set(place);
        if !same {
            dom::focus_page_soon();
        }
    });
    on_cleanup(move || handle.remove());
    let with_case = move || session.case.with(Option::is_some);
    view! {
        <a class="skip" href="#main" on:click=move |event| { event.prevent_default(); dom::focus_page(); }>
            {text("window-skip")}
        </a>
        <div class="window" class:bare=move || !with_case()>
            <Bar />
            <Show when=with_case>
                <Navigation />
            </Show>
            <main id="main">
                <Banner />
                <div class="page"><Page /></div>
            </main>
        </div>
    }
}

#[component]
fn Bar() -> impl IntoView {
    let session = crate::session::session();
    let pair = move || {
        session.overview.with(|state| {
            state.ready().map(|overview| {
                let (nominal, operative) = (overview.summary.nominal.clone(), overview.summary.operative.clone());
                view! {
                    <span class="nominal" title=text("report-side-published")><SideMark filled=false />{nominal}</span>
                    <span aria-hidden="true">"→"</span>
                    <span class="operative" title=text("report-side-deployed")><SideMark filled=true />{operative}</span>
                }
            })
        })
    };
    let other = move || if session.theme.get() == "dark" { "light" } else { "dark" };
    view! {
        <header class="top">
            <a class="brand" href=Place::Start.hash() title=text("window-to-start")>
                <svg viewBox="0 0 28 20" aria-hidden="true">
                    <circle cx="18" cy="10" r="7" fill="var(--operative)" />
                    <circle cx="10" cy="10" r="7" fill="none" stroke="var(--nominal)" stroke-width="2.4" />
                </svg>
                "Parallax"
            </a>
            <div class="pair">{pair}</div>
            <button
                type="button"
                class="plain"
                id="theme"
                on:click=move |_| {
                    let theme = other();
                    dom::set_theme(theme);
                    session.theme.set(theme.to_owned());
                }
            >
                {move || text(if other() == "dark" { "window-theme-dark" } else { "window-theme-light" })}
            </button>
        </header>
    }
}

/// Links to the pages of the open case, in the order in which a newcomer needs them.
#[component]
fn Navigation() -> impl IntoView {
    let session = crate::session::session();
    let counted = move |read: fn(&parallax_wire::CaseSummary) -> u64| {
        session.overview.with(|state| state.ready().map(|overview| read(&overview.summary)))
    };
    let link = move |place: Place, id: &'static str, count: Option<fn(&parallax_wire::CaseSummary) -> u64>| {
        let here = {
            let place = place.clone();
            move || session.place.with(|now| root_of(now) == place).then_some("page")
        };
        view! {
            <li>
                <a href=place.hash() data-page=id aria-current=here>
                    {text(id)}
                    {count.map(|read| view! { <span class="count">{move || counted(read)}</span> })}
                </a>
            </li>
        }
    };
    view! {
        <nav class="side" aria-label=text("window-pages")>
            <ul>
                {link(Place::Overview, "window-nav-overview", None)}
                {link(Place::Preflight, "window-nav-preflight", None)}
                {link(Place::Findings, "window-nav-findings", Some(|summary| summary.findings))}
                <li class="gap">{text("window-nav-look")}</li>
                {link(Place::Matrix, "window-nav-matrix", None)}
                {link(Place::Map(Default::default()), "window-nav-map", None)}
                {link(Place::Steps(Default::default()), "window-nav-steps", None)}
                {link(Place::Items(Default::default()), "window-nav-items", Some(|summary| summary.items))}
                {link(Place::Words, "window-nav-words", None)}
                {link(Place::Files(Default::default()), "window-nav-files", None)}
                {link(Place::Pieces, "window-nav-pieces", None)}
                <li class="gap">{text("window-nav-answer")}</li>
                {link(Place::Notes, "window-nav-notes", Some(|summary| summary.annotations))}
                {link(Place::Contestations, "window-nav-contest", Some(|summary| summary.contestations))}
                {link(Place::Verify, "window-nav-verify", None)}
            </ul>
        </nav>
    }
}

/// The page of the navigation that a place belongs to.
fn root_of(place: &Place) -> Place {
    match place {
        Place::Finding(_) => Place::Findings,
        Place::Items(_) | Place::Item(..) => Place::Items(Default::default()),
        Place::Map(_) => Place::Map(Default::default()),
        Place::Steps(_) => Place::Steps(Default::default()),
        Place::Files(_) | Place::Tensor(_) => Place::Files(Default::default()),
        Place::Contestation(_) | Place::Preview(_) => Place::Contestations,
        other => other.clone(),
    }
}

/// What holds for every page: a case that could not be opened, or that another window has open too.
#[component]
fn Banner() -> impl IntoView {
    let session = crate::session::session();
    let shared = move || session.case.with(|case| case.as_ref().is_some_and(|case| case.shared));
    view! {
        {move || session.refused.get().map(|error| view! { <Failed error /> })}
        <Show when=shared>
            <div class="note-box unsure" role="status"><p>{text("window-shared")}</p></div>
        </Show>
    }
}

/// How far the open case is known; pages are drawn anew when this changes, and not whenever something is read again.
#[derive(Clone, PartialEq)]
enum Stage {
    NoCase,
    Waiting,
    Failed(Error),
    NoAudit(String),
    Ready,
}

fn stage(session: Session) -> Stage {
    if session.case.with(Option::is_none) {
        return Stage::NoCase;
    }
    session.overview.with(|state| match state {
        Loaded::Waiting => Stage::Waiting,
        Loaded::Failed(error) => Stage::Failed(error.clone()),
        Loaded::Ready(overview) if overview.audit.is_none() => Stage::NoAudit(overview.summary.title.clone()),
        Loaded::Ready(_) => Stage::Ready,
    })
}

#[component]
fn Page() -> impl IntoView {
    let session = crate::session::session();
    let stage = Memo::new(move |_| stage(session));
    let place = Memo::new_with_compare(
        move |_| session.place.get(),
        |before, now| !matches!((before, now), (Some(before), Some(now)) if before.same_page(now)),
    );
    move || {
        let place = place.get();
        if place == Place::Verify {
            return view! { <pages::Verify /> }.into_any();
        }
        match stage.get() {
            Stage::Ready if place.needs_case() => page_of_case(place),
            Stage::Ready | Stage::NoCase => view! { <pages::Start /> }.into_any(),
            _ if !place.needs_case() => view! { <pages::Start /> }.into_any(),
            Stage::Waiting => {
                view! { <p class="quiet" role="status" aria-busy="true">{text("window-loading")}</p> }.into_any()
            }
            Stage::Failed(error) => {
                view! { <h1 tabindex="-1">{text("window-case-failed")}</h1> <Failed error /> }.into_any()
            }
            Stage::NoAudit(title) => {
                view! { <h1 tabindex="-1">{say("window-no-audit", [("case", name(title))])}</h1> }.into_any()
            }
        }
    }
}

fn page_of_case(place: Place) -> AnyView {
    match place {
        Place::Start | Place::Verify => ().into_any(),
        Place::Overview => view! { <pages::Overview /> }.into_any(),
        Place::Preflight => view! { <pages::Preflight /> }.into_any(),
        Place::Findings => view! { <pages::Findings /> }.into_any(),
        Place::Finding(id) => view! { <pages::FindingPage id /> }.into_any(),
        Place::Steps(_) => view! { <pages::Steps /> }.into_any(),
        Place::Matrix => view! { <pages::Matrix /> }.into_any(),
        Place::Map(_) => view! { <pages::Map /> }.into_any(),
        Place::Items(_) => view! { <pages::Items /> }.into_any(),
        Place::Item(suite, item) => view! { <pages::ItemPage suite item /> }.into_any(),
        Place::Words => view! { <pages::OwnWordsPage /> }.into_any(),
        Place::Files(_) => view! { <pages::Files /> }.into_any(),
        Place::Tensor(name) => view! { <pages::TensorPage name /> }.into_any(),
        Place::Pieces => view! { <pages::Pieces /> }.into_any(),
        Place::Notes => view! { <pages::Notes /> }.into_any(),
        Place::Contestations => view! { <pages::Contestations /> }.into_any(),
        Place::Contestation(id) => view! { <pages::ContestationPage id /> }.into_any(),
        Place::Preview(id) => view! { <pages::PreviewPage id /> }.into_any(),
    }
}
