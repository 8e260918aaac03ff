//! What changed inside the model, step by step: one strip a measure, and one chosen step in all of them.

mod categories;
mod drawn;
mod probes;
mod strip;
mod table;

use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::{Audit, RegimeKind};

use crate::pages::suites;
use crate::parts::{Group, Later, Select, Term};
use crate::place::{MapQuery, Place, StepsQuery};
use crate::say::{count, say, text};
use crate::session::session;

use categories::Categories;
use drawn::Drawn;
use probes::Probes;
use strip::Strip;

/// The page of steps; what it shows follows the address.
#[component]
pub(crate) fn Steps() -> impl IntoView {
    let session = session();
    // When one leaves, the old query stays for the moment until the page is gone.
    let query = Memo::new(move |before: Option<&StepsQuery>| match session.place.get() {
        Place::Steps(query) => query,
        _ => before.cloned().unwrap_or_default(),
    });
    let first = session.selected.get_untracked().map(|(suite, _)| suite);
    let suite = Memo::new(move |_| {
        let asked = query.with(|query| query.suite.clone());
        let begin = |audit: &Audit| {
            let known = |wanted: &String| audit.measures.iter().any(|measures| measures.suite == *wanted);
            first.clone().filter(known).or_else(|| audit.measures.first().map(|measures| measures.suite.clone()))
        };
        asked.or_else(|| untrack(|| session.with_audit(begin)).flatten()).unwrap_or_default()
    });
    let set_suite = move |chosen: String| {
        // Steps of one list mean nothing in another.
        session.go(&Place::Steps(StepsQuery { suite: Some(chosen), step: None }));
    };
    let regime = untrack(|| session.with_audit(|audit| audit.regime.kind)).map(|regime| match regime {
        RegimeKind::SameBasis => "regime-same-basis",
        RegimeKind::DifferentBasis => "regime-different-basis",
        RegimeKind::Undetermined => "regime-undetermined",
    });
    view! {
        <header>
            <h1 tabindex="-1">{text("report-inside")}</h1>
            <p>{text("report-inside-meaning")}</p>
        </header>
        <div class="row ends">
            <Select
                name="suite"
                label=text("window-item-suite")
                value=suite
                groups=vec![Group::plain(suites(session))]
                changed=set_suite
            />
            <p class="quiet small">
                {regime.map(text)} " " <Term id="regime" shown=text("window-what-is-this") />
            </p>
        </div>
        {move || view! { <OfSuite suite=suite.get() query /> }}
    }
}

/// The strips of one suite.
#[component]
fn OfSuite(suite: String, query: Memo<StepsQuery>) -> impl IntoView {
    let session = session();
    let drawn = session.with_audit(|audit| Drawn::of(audit, &suite)).flatten();
    let Some(drawn) = drawn.map(Arc::new) else {
        return view! { <p class="note-box">{text("window-step-none")}</p> }.into_any();
    };
    // The last step is the one that decisions are read from.
    let chosen = {
        let drawn = Arc::clone(&drawn);
        Memo::new(move |_| {
            let asked = query.with(|query| query.step);
            let known = asked.and_then(|asked| drawn.taps.iter().position(|tap| *tap == asked));
            known.unwrap_or(drawn.taps.len().saturating_sub(1))
        })
    };
    let choose = {
        let (drawn, suite) = (Arc::clone(&drawn), suite.clone());
        Callback::new(move |step: usize| {
            if step != chosen.get_untracked() {
                let (suite, step) = (Some(suite.clone()), drawn.taps.get(step).copied());
                session.go(&Place::Steps(StepsQuery { suite, step }));
            }
        })
    };
    let last = drawn.last();
    let step = {
        let drawn = Arc::clone(&drawn);
        Memo::new(move |_| drawn.taps.get(chosen.get()).copied().unwrap_or_default())
    };
    let on_map = {
        let suite = suite.clone();
        move || {
            Place::Map(MapQuery { suite: Some(suite.clone()), step: Some(step.get()), ..MapQuery::default() }).hash()
        }
    };
    // Each strip is a picture of its own: together they would hold up the window.
    let pictures = drawn.measures.len();
    let strips = (0..pictures)
        .map(|index| {
            let drawn = Arc::clone(&drawn);
            view! {
                <Later breaths=index + 1>
                    <Strip drawn=Arc::clone(&drawn) index chosen choose />
                </Later>
            }
        })
        .collect_view();
    view! {
        <p class="quiet">{text("window-step-choose")}" "<Term id="tap" shown=text("window-what-is-this") /></p>
        {strips}
        <p class="row">
            <a class="button" href=on_map id="step-on-map">
                {move || say("window-step-map", [("step", count(step.get())), ("last", count(last))])}
            </a>
        </p>
        <Later breaths=pictures + 1>
            <Categories drawn=Arc::clone(&drawn) chosen />
        </Later>
        <Later breaths=pictures + 2>
            <Probes suite=suite.clone() />
        </Later>
    }
    .into_any()
}
