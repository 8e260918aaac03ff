//! The first thing that one reads: what holds for all stored numbers together, and what that does not say.

use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::FilesOverview;
use parallax_words::Whole;

use crate::parts::Term;
use crate::say::{count, said, say, text};

/// Words of this page that a newcomer may not know.
const NEW_WORDS: [&str; 6] = ["tensor", "weight", "quantization", "block", "scale", "verdict"];

/// The headline.
#[component]
pub(super) fn Headline(files: Arc<FilesOverview>) -> impl IntoView {
    let summary = &files.report.summary;
    let whole = Whole::of(summary);
    let mut sentences = match said(|words| words.weights_whole(summary)) {
        Ok(sentences) => sentences,
        Err(missing) => vec![missing],
    };
    let explained = whole.tensors.saturating_sub(whole.changed).saturating_sub(whole.undecided);
    if whole.changed == 0 && whole.undecided > 0 && explained > 0 {
        sentences.push(say("window-files-rest-explained", [("tensors", count(explained))]));
    }
    if summary.unknown > 0 {
        sentences.push(say("window-files-unknown", [("tensors", count(summary.unknown))]));
    }
    let (tone, sign) = if whole.changed > 0 {
        ("changed", "≠")
    } else if whole.undecided > 0 || summary.worst.is_none() {
        ("undecided", "?")
    } else {
        ("explained", "=")
    };
    let not_said = match said(|words| words.weights_not_said(summary)) {
        Ok(not_said) => not_said,
        Err(missing) => Some(missing),
    };
    let sentences = sentences
        .into_iter()
        .enumerate()
        .map(|(place, sentence)| view! { <p class:sentence=place == 0>{sentence}</p> })
        .collect_view();
    let words = NEW_WORDS.iter().map(|id| view! { <li><Term id /></li> }).collect_view();
    view! {
        <section class=format!("files-headline {tone}") id="files-headline" data-tone=tone>
            <span class="sign" aria-hidden="true">{sign}</span>
            <div class="stack">{sentences}</div>
        </section>
        <section class="note-box" id="files-not-said">
            {not_said
                .map(|not_said| {
                    view! {
                        <h2>{text("window-files-not-said")}</h2>
                        <p>{not_said}</p>
                    }
                })}
            <p class="small quiet" id="files-new-words">{text("window-files-new-words")}</p>
            <ul class="new-words small" aria-labelledby="files-new-words">{words}</ul>
        </section>
    }
}
