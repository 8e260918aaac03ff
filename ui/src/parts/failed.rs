//! A failure as a sentence, with what led to it for those who ask.

use leptos::html::Div;
use leptos::prelude::*;
use parallax_wire::{Code, Error};

use crate::dom::bring_into_sight;
use crate::say::text;

/// A failure; `again` tries once more, where that can help.
#[component]
pub(crate) fn Failed(error: Error, #[prop(optional, into)] again: Option<Callback<()>>) -> impl IntoView {
    // What the person stopped needs no alarm.
    if error.code == Code::Cancelled {
        return view! { <div class="note-box" role="status"><p>{sentence(&error.message)}</p></div> }.into_any();
    }
    let heading = match error.code {
        Code::WorkerLost => "window-failed-worker",
        Code::Internal => "window-failed-defect",
        Code::BadInput | Code::CheckFailed | Code::Cancelled => "window-failed",
    };
    let causes = error.causes.clone();
    let place = NodeRef::<Div>::new();
    // What somebody has just started may have failed below what is in sight.
    if again.is_some() {
        place.on_load(|place| bring_into_sight(&place));
    }
    view! {
        <div class="note-box bad" role="alert" node_ref=place>
            <h3>{text(heading)}</h3>
            <p>{sentence(&error.message)}</p>
            {(!causes.is_empty())
                .then(|| {
                    view! {
                        <details>
                            <summary>{text("window-failed-causes")}</summary>
                            <ul>{causes.into_iter().map(|cause| view! { <li>{cause}</li> }).collect_view()}</ul>
                        </details>
                    }
                })}
            {again
                .map(|again| {
                    view! {
                        <div>
                            <button type="button" class="again" on:click=move |_| again.run(())>
                                {text("window-again")}
                            </button>
                        </div>
                    }
                })}
        </div>
    }
    .into_any()
}

/// A message, which is a lower-case fragment, as a sentence.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    let end = if message.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
