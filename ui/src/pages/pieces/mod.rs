//! How both models cut texts into pieces: in counts, by language, by the first word that differs, and in the tokenizers
//! themselves.

mod first;
mod languages;
mod template;
mod tokenizer;

use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::{ShowTokens, TokensReport};

use crate::load::{load, show};
use crate::pages::files::Settings;
use crate::parts::{Later, Term};
use crate::say::{count, name, say, text};
use crate::session::session;

use first::First;
use languages::Languages;
use template::Template;
use tokenizer::Tokenizer;

/// The page of words and pieces.
#[component]
pub(crate) fn Pieces() -> impl IntoView {
    let session = session();
    let reply = load(move || Some(ShowTokens { case: session.case_id()? }));
    view! {
        <header>
            <h1 tabindex="-1">{text("window-pieces-title")}</h1>
            <p>{text("window-pieces-lead")}</p>
        </header>
        {show(reply, |reply| match &*reply {
            Some(tokens) => {
                let tokens = Arc::new(tokens.clone());
                view! { <Compared tokens /> }.into_any()
            }
            None => view! { <p class="note-box unsure" id="pieces-none">{text("window-pieces-none")}</p> }.into_any(),
        })}
    }
}

/// What a comparison found.
#[component]
fn Compared(tokens: Arc<TokensReport>) -> impl IntoView {
    let [languages, first, tokenizer, rest] = [(); 4].map(|()| Arc::clone(&tokens));
    view! {
        <Headline tokens />
        <Later breaths=1>
            <Languages tokens=Arc::clone(&languages) />
        </Later>
        <Later breaths=2>
            <First tokens=Arc::clone(&first) />
        </Later>
        <Later breaths=3>
            <Tokenizer tokens=Arc::clone(&tokenizer) />
        </Later>
        <Later breaths=4>
            <Template lines=rest.template.clone() />
            <Generation tokens=Arc::clone(&rest) />
        </Later>
    }
}

/// The settings of the words that the models write.
#[component]
fn Generation(tokens: Arc<TokensReport>) -> impl IntoView {
    let rows = tokens.generation.clone();
    view! {
        <section class="card" id="generation">
            <h2>{text("window-pieces-generation")}</h2>
            {if rows.is_empty() {
                view! { <p>{text("window-pieces-generation-none")}</p> }.into_any()
            } else {
                view! { <Settings rows same=text("window-pieces-generation-same") /> }.into_any()
            }}
        </section>
    }
}

/// The headline, in counts.
#[component]
fn Headline(tokens: Arc<TokensReport>) -> impl IntoView {
    let sum = |read: fn(&parallax_wire::LanguageTokens) -> u64| tokens.languages.iter().map(read).sum::<u64>();
    let (words, all) = (sum(|language| language.words), sum(|language| language.texts));
    let (k, texts) = (sum(|language| language.words_differ), sum(|language| language.texts_differ));
    let unread = |filled: bool| {
        let side = |language: &parallax_wire::LanguageTokens| {
            let side = if filled { &language.operative } else { &language.nominal };
            side.unknown_words.saturating_add(side.lost_words)
        };
        tokens.languages.iter().map(side).sum::<u64>()
    };
    let (nominal, operative) = (unread(false), unread(true));
    let differs = k > 0 || texts > 0;
    let headline = if words == 0 {
        tokens.not_read.as_ref().map_or_else(
            || text("window-pieces-headline-empty"),
            |reason| say("tokens-not-read", [("reason", name(reason))]),
        )
    } else if differs {
        let slots = [("k", count(k)), ("words", count(words)), ("texts", count(texts)), ("all", count(all))];
        say("window-pieces-headline-differ", slots)
    } else {
        say("window-pieces-headline-same", [("words", count(words)), ("texts", count(all))])
    };
    let unread = (words > 0).then(|| {
        if nominal == 0 && operative == 0 {
            text("window-pieces-unread-none")
        } else {
            say("window-pieces-unread", [("operative", count(operative)), ("nominal", count(nominal))])
        }
    });
    let modes =
        [("nominal_mode", name(tokens.nominal_mode.clone())), ("operative_mode", name(tokens.operative_mode.clone()))];
    let (tone, sign) = match (words, differs) {
        (0, _) => ("undecided", "?"),
        (_, true) => ("changed", "≠"),
        (_, false) => ("explained", "="),
    };
    view! {
        <section class=format!("files-headline {tone}") id="pieces-headline" data-tone=tone>
            <span class="sign" aria-hidden="true">{sign}</span>
            <div class="stack">
                <p class="sentence">{headline}</p>
                {unread.map(|unread| view! { <p>{unread}</p> })}
                <p class="small">{say("window-pieces-modes", modes)}</p>
                <ul class="new-words small">
                    <li><Term id="tokenizer" /></li>
                    <li><Term id="token" /></li>
                    <li><Term id="unknown-token" /></li>
                </ul>
            </div>
        </section>
    }
}
