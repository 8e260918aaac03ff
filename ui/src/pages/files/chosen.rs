//! The panel beside the list, which shows the chosen tensor.

use leptos::html::Aside;
use leptos::prelude::*;

use crate::say::text;
use crate::session::session;

use super::tensor::TensorView;

/// The chosen tensor; without one, its place stays, so that nothing jumps when one is chosen.
#[component]
pub(super) fn TensorDrawer() -> impl IntoView {
    let session = session();
    let panel = NodeRef::<Aside>::new();
    // Another tensor is read from its beginning.
    Effect::new(move |_| {
        session.tensor.track();
        if let Some(panel) = panel.get_untracked() {
            panel.set_scroll_top(0);
        }
    });
    let there = Memo::new(move |_| session.tensor.with(Option::is_some));
    view! {
        <Show
            when=move || there.get()
            fallback=|| view! { <p class="drawer-place quiet">{text("window-tensor-choose")}</p> }
        >
            <aside class="drawer card" node_ref=panel aria-label=text("window-tensor-chosen")>
                <p class="row drawer-head">
                    <span class="quiet small">{text("window-tensor-chosen")}</span>
                    <button type="button" class="plain" id="close-tensor" on:click=move |_| session.tensor.set(None)>
                        {text("window-tensor-close")}
                    </button>
                </p>
                <TensorView name=session.tensor beside=true />
            </aside>
        </Show>
    }
}
