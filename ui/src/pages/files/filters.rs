//! Which tensors are listed: the filter bar, and what the grid asked for as something that can be taken away.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::html::Input;
use leptos::prelude::*;
use parallax_plots::tensors::UNEXPLAINED;
use parallax_wire::{FilesOverview, Verdict};

use crate::parts::{Group, Select};
use crate::place::{FilesQuery, Place};
use crate::say::{count, name, say, text};
use crate::session::session;

use super::sign::label;

/// The filter bar; each change is a new address, so that going back works.
#[component]
pub(super) fn Filters(files: Arc<FilesOverview>, query: Memo<FilesQuery>) -> impl IntoView {
    let session = session();
    let change = move |change: &dyn Fn(&mut FilesQuery)| {
        let before = query.get_untracked();
        let mut wanted = before.clone();
        change(&mut wanted);
        if wanted != before {
            session.go(&Place::Files(wanted));
        }
    };
    let some = |chosen: String| Some(chosen).filter(|chosen| !chosen.trim().is_empty());
    let search = move |typed: String| {
        let typed = some(typed);
        change(&|wanted| wanted.search.clone_from(&typed));
    };
    let set_verdict = move |chosen: String| {
        let chosen = some(chosen);
        change(&|wanted| wanted.verdict.clone_from(&chosen));
    };
    let set_type = move |chosen: String| {
        let chosen = some(chosen);
        change(&|wanted| wanted.stored_type.clone_from(&chosen));
    };
    let field = move |read: fn(&FilesQuery) -> &Option<String>| {
        Signal::derive(move || query.with(|query| read(query).clone().unwrap_or_default()))
    };
    let typed = NodeRef::<Input>::new();
    view! {
        <form
            class="filters card"
            role="search"
            on:submit=move |event| {
                event.prevent_default();
                if let Some(typed) = typed.get_untracked() {
                    search(typed.value());
                }
            }
        >
            <label class="field grow">
                <span>{text("window-files-search")}</span>
                <span class="joined">
                    <input
                        type="search"
                        name="tensor-name"
                        node_ref=typed
                        prop:value=move || query.with(|query| query.search.clone().unwrap_or_default())
                        on:change:target=move |event| search(event.target().value())
                    />
                    <button type="submit">{text("window-item-search-go")}</button>
                </span>
            </label>
            <Select
                name="tensor-verdict"
                label=text("window-files-verdict")
                value=field(|query| &query.verdict)
                groups=vec![verdicts(&files)]
                changed=set_verdict
            />
            <Select
                name="tensor-type"
                label=text("window-files-column-type")
                value=field(|query| &query.stored_type)
                groups=vec![types(&files)]
                changed=set_type
            />
        </form>
    }
}

/// The verdicts that occur; all that are not explained together where there are several of them.
fn verdicts(files: &FilesOverview) -> Group {
    let found: BTreeSet<Verdict> = files.rows.iter().map(|row| row.verdict).collect();
    let unexplained = found.iter().filter(|verdict| !verdict.is_explained()).count();
    let mut choices = vec![(String::new(), text("window-files-any-verdict"))];
    if unexplained > 1 {
        choices.push((UNEXPLAINED.to_owned(), text("window-files-not-explained")));
    }
    choices.extend(found.into_iter().map(|verdict| (verdict.as_str().to_owned(), label(verdict))));
    Group::plain(choices)
}

fn types(files: &FilesOverview) -> Group {
    let found: BTreeSet<&String> = files.rows.iter().map(|row| &row.stored_type).collect();
    let any = (String::new(), text("window-files-any-type"));
    Group::plain([any].into_iter().chain(found.into_iter().map(|kind| (kind.clone(), kind.clone()))))
}

/// What a cell of the grid asked for.
#[component]
pub(super) fn Chips(query: Memo<FilesQuery>) -> impl IntoView {
    let chip = |words: String, without: FilesQuery| {
        let remove = say("window-files-chip-remove", [("filter", name(&words))]);
        view! {
            <span class="chip filter">
                {words}
                <a class="remove" href=Place::Files(without).hash() aria-label=remove.clone() title=remove>
                    "×"
                </a>
            </span>
        }
    };
    move || {
        let query = query.get();
        let layer = query.layer.map(|layer| {
            let words = say("window-files-chip-layer", [("layer", count(layer))]);
            chip(words, FilesQuery { layer: None, ..query.clone() })
        });
        let kind = query.kind.clone().map(|kind| chip(kind, FilesQuery { kind: None, ..query.clone() }));
        (layer.is_some() || kind.is_some()).then(|| view! { <p class="row">{layer} {kind}</p> })
    }
}
