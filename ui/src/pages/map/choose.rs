//! Which map is shown, and what is brought out on it.

use leptos::prelude::*;
use parallax_wire::{Audit, MapLegend};

use crate::load::Loaded;
use crate::pages::suites;
use crate::parts::{Group, Select, Term};
use crate::place::{MapQuery, Place};
use crate::say::{count, language, name, say, text};
use crate::session::{Session, session};

/// The bar over the map; each change but the search is a new address.
#[component]
pub(super) fn Choose(
    query: Memo<MapQuery>,
    suite: Memo<String>,
    legend: RwSignal<Loaded<Option<MapLegend>>>,
    step: Memo<Option<u32>>,
    search: RwSignal<String>,
) -> impl IntoView {
    let session = session();
    let change = move |change: &dyn Fn(&mut MapQuery)| {
        let before = query.get_untracked();
        let mut wanted = before.clone();
        change(&mut wanted);
        if wanted != before {
            session.go(&Place::Map(wanted));
        }
    };
    let some = |chosen: String| Some(chosen).filter(|chosen| !chosen.is_empty());
    // Items, steps and languages of one list mean nothing in another.
    let set_suite = move |chosen: String| {
        session.selected.set(None);
        change(&|wanted| {
            *wanted = MapQuery { suite: Some(chosen.clone()), moved: wanted.moved, ..MapQuery::default() };
        });
    };
    let set_step = move |chosen: String| change(&|wanted| wanted.step = chosen.parse().ok());
    let set_language = move |chosen: String| change(&|wanted| wanted.language = some(chosen.clone()));
    let set_finding = move |chosen: String| change(&|wanted| wanted.finding = some(chosen.clone()));
    let known = move |read: fn(&MapLegend) -> Vec<(String, String)>| {
        let legend = legend.get().ready();
        legend.as_ref().and_then(|legend| legend.as_ref().as_ref().map(read)).unwrap_or_default()
    };
    view! {
        <form class="filters one-row card" on:submit=|event| event.prevent_default()>
            <Select
                name="suite"
                label=text("window-item-suite")
                value=suite
                groups=vec![Group::plain(suites(session))]
                changed=set_suite
            />
            <Select
                name="step"
                label=text("window-step-step")
                value=Signal::derive(move || step.get().map(|step| step.to_string()).unwrap_or_default())
                groups=Signal::derive(move || vec![Group::plain(known(steps))])
                changed=set_step
            />
            <div class="together" role="group" aria-label=text("window-map-bring-out")>
                <Select
                    name="language"
                    label=text("window-map-bring-out-language")
                    value=Signal::derive(move || query.with(|query| query.language.clone().unwrap_or_default()))
                    groups=Signal::derive(move || {
                        let any = Group::plain([(String::new(), text("window-map-all-items"))]);
                        vec![any, Group::plain(known(languages))]
                    })
                    changed=set_language
                />
                <Select
                    name="finding"
                    label=text("window-map-bring-out-finding")
                    value=Signal::derive(move || query.with(|query| query.finding.clone().unwrap_or_default()))
                    groups=Signal::derive(move || findings(session, &suite.get()))
                    changed=set_finding
                />
                <label class="field">
                    <span>{text("window-map-bring-out-words")}</span>
                    <input
                        type="search"
                        name="search"
                        dir="auto"
                        prop:value=move || search.get()
                        on:input:target=move |event| search.set(event.target().value())
                    />
                </label>
                <div class="choice">
                    <input
                        type="checkbox"
                        id="map-moved"
                        prop:checked=move || query.with(|query| query.moved)
                        on:change:target=move |event| {
                            let only = event.target().checked();
                            change(&|wanted| wanted.moved = only);
                        }
                    />
                    <label for="map-moved">{text("window-map-bring-out-moved")}</label>
                    <span class="small"><Term id="flip" shown=text("window-what-is-this") /></span>
                </div>
            </div>
        </form>
    }
}

fn steps(legend: &MapLegend) -> Vec<(String, String)> {
    let last = legend.taps.iter().map(|tap| tap.nominal_tap).max().unwrap_or_default();
    let said = |tap: u32| say("window-step-of", [("step", count(tap)), ("last", count(last))]);
    legend.taps.iter().map(|tap| (tap.nominal_tap.to_string(), said(tap.nominal_tap))).collect()
}

fn languages(legend: &MapLegend) -> Vec<(String, String)> {
    legend.languages.iter().map(|tag| (tag.clone(), language(tag))).collect()
}

/// The findings that rest on items of the suite.
fn findings(session: Session, suite: &str) -> Vec<Group> {
    let of_suite = |audit: &Audit| {
        let of_suite = audit.findings.iter().filter(|finding| finding.suite.as_deref() == Some(suite));
        let with_items = of_suite.filter(|finding| !finding.items.is_empty());
        with_items
            .map(|finding| (finding.id.clone(), say("window-finding-name", [("id", name(&finding.id))])))
            .collect()
    };
    let any = Group::plain([(String::new(), text("window-map-all-items"))]);
    vec![any, Group::plain(untrack(|| session.with_audit::<Vec<_>>(of_suite)).unwrap_or_default())]
}
