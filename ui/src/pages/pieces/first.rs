//! For each language the first word that the two models cut differently, with its pieces on both sides.

use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::{FirstDifference, TokensReport};
use parallax_words::visible;

use crate::parts::{ItemText, SideMark};
use crate::place::Place;
use crate::say::{language, name, say, text};
use crate::session::session;

/// The first differences.
#[component]
pub(super) fn First(tokens: Arc<TokensReport>) -> impl IntoView {
    let found: Vec<_> = tokens
        .languages
        .iter()
        .filter_map(|language| Some((language.language.clone(), language.first.clone()?)))
        .collect();
    let cards = if found.is_empty() {
        view! { <p>{text("window-pieces-first-none")}</p> }.into_any()
    } else {
        let cards = found.into_iter().map(|(tag, first)| view! { <OfLanguage tag first /> }).collect_view();
        view! {
            <p class="quiet small">{text("window-pieces-first-lead")}</p>
            <ul class="plain-list first-words">{cards}</ul>
        }
        .into_any()
    };
    view! {
        <section class="card" id="first-words">
            <h2>{text("window-pieces-first")}</h2>
            {cards}
        </section>
    }
}

#[component]
fn OfLanguage(tag: String, first: FirstDifference) -> impl IntoView {
    let session = session();
    // The texts are the items of suites, or others that no page of this case shows.
    let known = first.item.split_once('/').filter(|(suite, _)| session.suite(suite).is_some());
    let item = match known {
        Some((suite, item)) => {
            let place = Place::Item(suite.to_owned(), item.to_owned());
            view! { <a href=place.hash()>{say("window-pieces-in", [("item", name(&first.item))])}</a> }.into_any()
        }
        None => say("window-pieces-in", [("item", name(&first.item))]).into_any(),
    };
    view! {
        <li data-language=tag.clone()>
            <p class="row">
                <strong>{language(&tag)}</strong>
                <span class="first-word"><ItemText text=first.word language=tag.clone() /></span>
                <span class="quiet small">{item}</span>
            </p>
            <div class="cards">
                <Side pieces=first.nominal tag=tag.clone() filled=false />
                <Side pieces=first.operative tag=tag.clone() filled=true />
            </div>
        </li>
    }
}

/// The pieces on one side, in their order, each in its own direction.
#[component]
fn Side(pieces: Vec<String>, tag: String, filled: bool) -> impl IntoView {
    let (label, colour) =
        if filled { ("report-side-deployed", "operative") } else { ("report-side-published", "nominal") };
    let shown = if pieces.is_empty() {
        view! { <p class="quiet small">{text("window-pieces-no-pieces")}</p> }.into_any()
    } else {
        let pieces = pieces
            .iter()
            .map(|piece| {
                view! {
                    <li class="chip piece" lang=tag.clone() dir="auto"><bdi>{visible(piece).into_owned()}</bdi></li>
                }
            })
            .collect_view();
        view! { <ol class="pieces">{pieces}</ol> }.into_any()
    };
    view! {
        <div class="stack">
            <p class=format!("small {colour}")><SideMark filled /><strong>{text(label)}</strong></p>
            {shown}
        </div>
    }
}
