//! The pages of the window: HTML through Leptos, compiled to WebAssembly.
//!
//! # Invariants
//! - Knows the shell by `bridge` alone, and files by ids that the shell gives.
//! - Says only sentences of `parallax-words`; no text of a model or a person is ever read as HTML.
//! - Every page works with a keyboard, and a plot is never the only way to a number.

#![expect(unreachable_pub, reason = "the macro of Leptos makes the types of a component public")]

mod app;
mod bridge;
mod canvas;
mod dom;
mod load;
mod pages;
mod parts;
mod place;
mod say;
mod session;

fn main() {
    dom::show_panics();
    dom::remove_boot_sign();
    leptos::mount::mount_to_body(app::App);
}
