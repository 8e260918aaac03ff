//! How each variant reads a text: the pieces that it is cut into, and what the variant cannot tell apart.

use leptos::prelude::*;
use parallax_wire::{ReadText, SortedWords};
use parallax_words::visible;

use crate::parts::{SideMark, Term};
use crate::say::{count, say, text};

/// Both readings of a text, side by side.
#[component]
pub(super) fn Reading(sorted: SortedWords) -> impl IntoView {
    let same = if sorted.same_tokens { "window-words-same" } else { "window-words-not-same" };
    // A difference in reading is part of the answer; where there is none, it waits for those who ask.
    let open = !sorted.same_tokens || sorted.nominal.truncated || sorted.operative.truncated;
    view! {
        <details class="card fold" open=open>
            <summary>{text("window-words-reading")}</summary>
            <div class="stack">
                <p>{text("window-words-reading-meaning")} " " {text(same)} " " <Term id="tokenizer" /></p>
                <div class="cards">
                    <Side read=sorted.nominal filled=false />
                    <Side read=sorted.operative filled=true />
                </div>
            </div>
        </details>
    }
}

#[component]
fn Side(read: ReadText, filled: bool) -> impl IntoView {
    let (colour, label) =
        if filled { ("operative", "report-side-deployed") } else { ("nominal", "report-side-published") };
    let unknown = say("window-words-unknown", [("k", count(read.unknown_words)), ("n", count(read.words))]);
    let pieces = read
        .pieces
        .iter()
        .map(|piece| view! { <li class="chip piece" dir="auto">{visible(piece).into_owned()}</li> })
        .collect_view();
    view! {
        <div class="stack">
            <p class=format!("small {colour}")><SideMark filled /><strong>{text(label)}</strong></p>
            <ul class="pieces">{pieces}</ul>
            <p class="small">{unknown}</p>
            {read.truncated.then(|| view! { <p class="small">{text("window-words-truncated")}</p> })}
        </div>
    }
}
