//! Two chat templates line by line, as text: nothing of them is run, and nothing in them acts.

use leptos::prelude::*;
use parallax_words::visible;

use crate::parts::Term;
use crate::say::text;

/// The difference of the templates.
#[component]
pub(super) fn Template(lines: Vec<String>) -> impl IntoView {
    let same = lines.is_empty();
    let lines = lines.iter().map(|line| one(line)).collect_view();
    view! {
        <section class="card" id="chat-template">
            <h2>{text("window-pieces-template")}</h2>
            <p>
                {text(if same { "window-pieces-template-same" } else { "window-pieces-template-differs" })} " "
                <Term id="chat-template" />
            </p>
            {(!same)
                .then(|| {
                    view! {
                        <p class="quiet small">{text("window-pieces-template-key")}</p>
                        <div
                            class="template-lines"
                            role="region"
                            tabindex="0"
                            aria-label=text("window-pieces-template-lines")
                        >
                            {lines}
                        </div>
                    }
                })}
        </section>
    }
}

/// A line by its first sign: on both sides, on the published one, or on the deployed one.
fn one(line: &str) -> impl IntoView + use<> {
    let (class, sign, spoken, rest) = match line.split_at_checked(1) {
        Some(("-", rest)) => ("line removed", "−", Some("window-pieces-removed"), rest),
        Some(("+", rest)) => ("line added", "+", Some("window-pieces-added"), rest),
        Some((" ", rest)) => ("line", " ", None, rest),
        _ => ("line", " ", None, line),
    };
    view! {
        <p class=class>
            <span class="mark" aria-hidden="true">{sign}</span>
            {spoken.map(|spoken| view! { <span class="unseen">{text(spoken)} " "</span> })}
            <bdi>{visible(rest).into_owned()}</bdi>
        </p>
    }
}
