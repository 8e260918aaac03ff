//! Whether there is room for an item beside a list or a map.

use leptos::prelude::*;

/// True while the window is wide enough for a panel beside the content; the style sheet knows the same width.
pub(crate) fn wide() -> Memo<bool> {
    let matches = || {
        let query = window().match_media("(min-width: 75rem)").ok().flatten();
        query.is_some_and(|query| query.matches())
    };
    let now = RwSignal::new(matches());
    let handle = window_event_listener(leptos::ev::resize, move |_| now.set(matches()));
    on_cleanup(move || handle.remove());
    Memo::new(move |_| now.get())
}
