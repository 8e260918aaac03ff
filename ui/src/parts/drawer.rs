//! The panel beside a list or a map, which shows the selected item.

use leptos::html::Aside;
use leptos::prelude::*;

use crate::parts::ItemView;
use crate::say::text;
use crate::session::session;

/// The selected item; without one, its place stays, so that nothing jumps when one is chosen.
#[component]
pub(crate) fn Drawer() -> impl IntoView {
    let session = session();
    let panel = NodeRef::<Aside>::new();
    // Another item is read from its beginning.
    Effect::new(move |_| {
        session.selected.track();
        if let Some(panel) = panel.get_untracked() {
            panel.set_scroll_top(0);
        }
    });
    let there = Memo::new(move |_| session.selected.with(Option::is_some));
    view! {
        <Show
            when=move || there.get()
            fallback=|| view! { <p class="drawer-place quiet">{text("window-item-choose")}</p> }
        >
            <aside class="drawer card" node_ref=panel aria-label=text("window-item-selected")>
                <p class="row drawer-head">
                    <span class="quiet small">{text("window-item-selected")}</span>
                    <button type="button" class="plain" id="close-item" on:click=move |_| session.selected.set(None)>
                        {text("window-item-close")}
                    </button>
                </p>
                <ItemView key=session.selected beside=true />
            </aside>
        </Show>
    }
}
