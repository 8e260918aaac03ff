//! A button that asks once more before it does what cannot be undone.

use leptos::html;
use leptos::prelude::*;

use crate::say::text;

/// A button with the words `action`; pressed, it asks `question`, and only the same words pressed again run it.
#[component]
pub(crate) fn Confirm(
    action: &'static str,
    question: &'static str,
    leave: &'static str,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(into)] run: Callback<()>,
) -> impl IntoView {
    let asked = RwSignal::new(false);
    let ever_asked = StoredValue::new(false);
    let first = NodeRef::<html::Button>::new();
    let away = NodeRef::<html::Button>::new();
    // The button with the keyboard is replaced, so its successor must get it; at the beginning nobody asked for it.
    Effect::new(move |_| {
        let (first, away) = (first.get(), away.get());
        if let Some(button) = if asked.get() { away } else { first }
            && ever_asked.get_value()
        {
            let _focus_is_a_courtesy = button.focus();
        }
    });
    let ask = move |_| {
        ever_asked.set_value(true);
        asked.set(true);
    };
    move || {
        if asked.get() {
            view! {
                <div class="confirm note-box unsure" role="group" aria-label=text(question)>
                    <p>{text(question)}</p>
                    <div class="row">
                        <button type="button" class="yes" disabled=disabled on:click=move |_| run.run(())>
                            {text(action)}
                        </button>
                        <button type="button" class="no" node_ref=away on:click=move |_| asked.set(false)>
                            {text(leave)}
                        </button>
                    </div>
                </div>
            }
            .into_any()
        } else {
            view! {
                <button type="button" class="plain ask" node_ref=first disabled=disabled on:click=ask>{text(action)}</button>
            }
            .into_any()
        }
    }
}
