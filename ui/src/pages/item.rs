//! One item as a page of its own.

use leptos::prelude::*;

use crate::parts::ItemView;
use crate::place::Place;
use crate::say::text;
use crate::session::session;

/// The page of one item.
#[component]
pub(crate) fn ItemPage(suite: String, item: String) -> impl IntoView {
    let session = session();
    let key = (suite, item);
    // Lists and the map show the same item when one comes back to them.
    session.selected.set(Some(key.clone()));
    let of_suite = Place::Items(parallax_wire::ItemQuery { suite: Some(key.0.clone()), ..Default::default() });
    view! {
        <nav class="row small" aria-label=text("window-item-way")>
            <a href=of_suite.hash()>{text("window-item-all")}</a>
        </nav>
        <ItemView key=Signal::stored(Some(key)) beside=false />
    }
}
