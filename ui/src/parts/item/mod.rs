//! One item in full: how each variant sorts it and reads it, what is near it, and what people say about it.

mod decisions;
mod link;
mod near;
mod notes;
mod reading;

use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::{ItemDetail, ShowItem};

use crate::load::{Loaded, load, show};
use crate::parts::{Category, ItemText, Later};
use crate::place::{MapQuery, Place};
use crate::say::{language, text};
use crate::session::{ItemKey, session};

use decisions::Decisions;
pub(crate) use link::ItemLink;
use near::Near;
use notes::ItemNotes;
use reading::Reading;

/// The item `key`, as a page of its own or `beside` a list or a map.
#[component]
pub(crate) fn ItemView(#[prop(into)] key: Signal<Option<ItemKey>>, beside: bool) -> impl IntoView {
    let session = session();
    let detail = load(move || {
        let (suite, item) = key.get()?;
        Some(ShowItem { case: session.case_id()?, suite, item })
    });
    // The forms for notes follow the item and not each reply, so that a reply never takes away what is being typed.
    let known = Memo::new(move |_| {
        let item = &detail.get().ready()?.item;
        Some((item.suite.clone(), item.id.clone(), item.category.clone()))
    });
    let heading = move || match detail.get() {
        Loaded::Waiting => view! { <span class="quiet">{text("window-loading")}</span> }.into_any(),
        Loaded::Ready(detail) => {
            view! { <ItemText text=detail.item.text.clone() language=detail.item.language.clone() /> }.into_any()
        }
        Loaded::Failed(_) => text("window-item-failed").into_any(),
    };
    view! {
        <div class="item-view">
            {if beside {
                view! { <h2 class="item-title">{heading}</h2> }.into_any()
            } else {
                view! { <h1 tabindex="-1" class="item-title">{heading}</h1> }.into_any()
            }}
            {show(detail, move |detail| view! { <Body detail beside /> })}
            {move || {
                known.get().map(|(suite, item, category)| view! { <ItemNotes suite item category /> })
            }}
        </div>
    }
}

#[component]
fn Body(detail: Arc<ItemDetail>, beside: bool) -> impl IntoView {
    let session = session();
    let item = &detail.item;
    let key = (item.suite.clone(), item.id.clone());
    let on_map = Place::Map(MapQuery { suite: Some(item.suite.clone()), ..MapQuery::default() });
    let here = Place::Item(item.suite.clone(), item.id.clone());
    let drawn = session.place.with_untracked(|place| matches!(place, Place::Map(_)));
    view! {
        <p class="row small">
            <span class="chip">{session.suite_title(&item.suite)}</span>
            <span class="chip">{language(&item.language)}</span>
            <span class="chip">
                <Category suite=item.suite.clone() id=item.category.clone() language=item.language.clone() />
            </span>
        </p>
        <p class="row small">
            {beside.then(|| view! { <a href=here.hash()>{text("window-item-alone")}</a> })}
            {(!drawn)
                .then(|| {
                    view! {
                        <a href=on_map.hash() class="to-map" on:click=move |_| session.selected.set(Some(key.clone()))>
                            {text("window-item-map")}
                        </a>
                    }
                })}
        </p>
        <div class="item-columns">
            <div class="item-column">
                <Decisions item=item.clone() />
                <Reading item=item.clone() />
            </div>
            <Later breaths=1>
                <Near detail=Arc::clone(&detail) beside />
            </Later>
        </div>
    }
}
