//! What is near an item in each variant, side by side: what stayed near, what is no longer near, what is newly near.

use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::{ItemDetail, Neighbour};

use crate::parts::{Category, ItemLink, ItemText, SideMark, Term};
use crate::say::{count, language, say, text};

/// The nearest items in both variants.
#[component]
pub(crate) fn Near(detail: Arc<ItemDetail>, beside: bool) -> impl IntoView {
    let k = detail.neighbours.iter().filter(|near| both(near)).count();
    let n = detail.item.nominal_neighbours.len();
    let sentence = match n {
        0 => text("window-item-near-unknown"),
        n if n == k => say("window-item-near-all", [("n", count(n))]),
        n => say("window-item-near", [("k", count(k)), ("n", count(n))]),
    };
    let lists = (!detail.neighbours.is_empty()).then(|| {
        view! {
            <div class="near">
                <div>
                    <h4 class="nominal"><SideMark filled=false />{text("window-item-near-published")}</h4>
                    {list(&detail, beside, false, |near| near.nominal_rank)}
                </div>
                <div>
                    <h4 class="operative"><SideMark filled=true />{text("window-item-near-deployed")}</h4>
                    {list(&detail, beside, true, |near| near.operative_rank)}
                </div>
            </div>
        }
    });
    view! {
        <section class="stack">
            <h3><Term id="nearest-neighbours" shown=text("window-item-near-title") /></h3>
            <p>{sentence}</p>
            {lists}
        </section>
    }
}

fn both(near: &Neighbour) -> bool {
    near.nominal_rank.is_some() && near.operative_rank.is_some()
}

/// The items of one side, nearest first.
fn list(
    detail: &ItemDetail,
    beside: bool,
    deployed: bool,
    rank: fn(&Neighbour) -> Option<u64>,
) -> impl IntoView + use<> {
    let mut side: Vec<(u64, &Neighbour)> =
        detail.neighbours.iter().filter_map(|near| Some((rank(near)?, near))).collect();
    side.sort_by_key(|(rank, _)| *rank);
    let lines = side
        .into_iter()
        .map(|(rank, near)| {
            let (class, id) = match (both(near), deployed) {
                (true, _) => ("kept", "window-item-near-kept"),
                (false, false) => ("lost", "window-item-near-lost"),
                (false, true) => ("gained", "window-item-near-gained"),
            };
            let suite = detail.item.suite.clone();
            let (words, tag) = (near.text.clone(), near.language.clone());
            let other = (near.language != detail.item.language).then(|| language(&near.language));
            view! {
                <li class=class value=rank.to_string()>
                    <ItemLink suite=suite.clone() item=near.id.clone() beside>
                        <ItemText text=words language=tag />
                    </ItemLink>
                    <span class="row small">
                        <span class="fate">{text(id)}</span>
                        <span class="quiet"><Category suite id=near.category.clone() /></span>
                        {other.map(|other| view! { <span class="quiet">{other}</span> })}
                    </span>
                </li>
            }
        })
        .collect_view();
    view! { <ol>{lines}</ol> }
}
