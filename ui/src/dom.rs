//! What the pages ask of the document itself.

use std::cell::RefCell;
use std::collections::VecDeque;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Document, Element, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Takes away the sign that stands until the pages are there.
pub(crate) fn remove_boot_sign() {
    if let Some(sign) = document().and_then(|document| document.get_element_by_id("boot")) {
        sign.remove();
    }
}

/// Shows a panic of the pages as a sentence over what is left of them: a page that stopped must not look alive.
pub(crate) fn show_panics() {
    let log = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        log(panic);
        let Some(document) = document() else { return };
        let Ok(sign) = document.create_element("p") else { return };
        sign.set_id("stopped");
        let _cannot_fail_on_a_new_element = sign.set_attribute("role", "alert");
        sign.set_text_content(Some(&crate::say::say(
            "window-stopped",
            [("reason", crate::say::name(panic.to_string()))],
        )));
        if let Some(body) = document.body() {
            let _body_takes_children = body.append_child(&sign);
        }
    }));
}

/// The part of the address after `#`.
pub(crate) fn hash() -> String {
    web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// Goes to another page by its address, so that going back works.
pub(crate) fn set_hash(hash: &str) {
    if let Some(window) = web_sys::window() {
        // Fails only on an address that is no address.
        let _own_address = window.location().set_hash(hash);
    }
}

/// Moves the keyboard to the beginning of a page that was just opened.
pub(crate) fn focus_page() {
    let heading = document().and_then(|document| document.query_selector("main h1").ok().flatten());
    if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) {
        let _focus_is_a_courtesy = heading.focus();
    }
    if let Some(main) = document().and_then(|document| document.query_selector("main").ok().flatten()) {
        main.set_scroll_top(0);
    }
}

/// Moves the keyboard to the beginning of a page that is being opened, unless somebody has moved it meanwhile.
///
/// The next frame may be long in coming, above all soon after the start, and whoever types by then must not be carried
/// away.
pub(crate) fn focus_page_soon() {
    let active = || document().and_then(|document| document.active_element());
    let before = active();
    spawn_local(async move {
        // The page is drawn by then.
        breath().await;
        let moved = active().filter(|now| before.as_ref() != Some(now) && now.tag_name() != "BODY");
        if moved.is_none() {
            focus_page();
        }
    });
}

/// Scrolls as far as it takes to see an element that has just come.
pub(crate) fn bring_into_sight(element: &Element) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Theme of the document: `light` or `dark`.
pub(crate) fn theme() -> String {
    document()
        .and_then(|document| document.document_element())
        .and_then(|root| root.get_attribute("data-theme"))
        .unwrap_or_else(|| "light".to_owned())
}

/// Changes the theme and keeps it for the next start.
pub(crate) fn set_theme(theme: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _attribute_is_valid = root.set_attribute("data-theme", theme);
    }
    let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
    if let Some(storage) = storage {
        // Where nothing can be kept, the theme holds for this session.
        let _kept = storage.set_item("theme", theme);
    }
}

thread_local! {
    /// Who waits for a breath, the first to come first.
    static WAITING: RefCell<VecDeque<Function>> = const { RefCell::new(VecDeque::new()) };
    static NEXT: Closure<dyn Fn()> = Closure::new(call_next);
}

/// Lets the window answer to whatever waits for it; what comes after this is a task of its own.
///
/// Several that wait go on one after another, each after the window had its turn: together they would be one long task.
pub(crate) async fn breath() {
    let promise = Promise::new(&mut |resolve, _| {
        let alone = WAITING.with_borrow_mut(|waiting| {
            waiting.push_back(resolve);
            waiting.len() == 1
        });
        if alone {
            call_soon();
        }
    });
    // Resolved by the timer, never refused.
    let _resolved = JsFuture::from(promise).await;
}

fn call_next() {
    let (next, more) = WAITING.with_borrow_mut(|waiting| (waiting.pop_front(), !waiting.is_empty()));
    if more {
        call_soon();
    }
    // Resolving a promise cannot fail.
    let _resolved = next.map(|resolve| resolve.call0(&JsValue::UNDEFINED));
}

fn call_soon() {
    // Without a window nobody waits.
    let _timer = web_sys::window()
        .map(|window| NEXT.with(|next| window.set_timeout_with_callback(next.as_ref().unchecked_ref())));
}

/// Whether a canvas may be tried; kept as `off` it never is, so that tests and weak machines get the still picture.
pub(crate) fn may_draw() -> bool {
    let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
    storage.and_then(|storage| storage.get_item("webgl").ok().flatten()).as_deref() != Some("off")
}
