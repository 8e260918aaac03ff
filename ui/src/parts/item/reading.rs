//! How each variant reads an item: pieces, unknown words, and how much its inner numbers changed.

use leptos::prelude::*;
use parallax_wire::ItemRecord;

use crate::parts::{Term, number};
use crate::say::{count, name, say, text};

/// How an item is read.
#[component]
pub(crate) fn Reading(item: ItemRecord) -> impl IntoView {
    let pieces = if item.same_tokens { "window-item-pieces-same" } else { "window-item-pieces-differ" };
    let (published, deployed) = (item.nominal_unknown_words, item.operative_unknown_words);
    let n = ("n", count(item.words));
    let unknown = match (published, deployed) {
        (0, 0) => say("window-item-unknown-none", [n]),
        (k, j) if k == j => say("window-item-unknown-both", [("k", count(k)), n]),
        (k, j) => say("window-item-unknown-each", [("k", count(k)), ("j", count(j)), n]),
    };
    let change = match item.moved {
        Some(distance) => say("window-item-change", [("distance", name(number(distance)))]),
        None => text("window-item-change-unknown"),
    };
    view! {
        <section class="stack">
            <h3>{text("window-item-read")}</h3>
            <ul class="readings">
                <li class:differs=!item.same_tokens>
                    {text(pieces)} " " <Term id="token" shown=text("window-what-is-this") />
                </li>
                <li class:differs=published != deployed>
                    {unknown} " " <Term id="unknown-token" shown=text("window-what-is-this") />
                </li>
                <li>{change} " " <Term id="hidden-state" shown=text("window-what-is-this") /></li>
            </ul>
        </section>
    }
}
