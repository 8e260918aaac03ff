//! Asks for the files of the models where they are not at hand: a case does not hold them.

use leptos::prelude::*;
use leptos::task::spawn_local;
use parallax_wire::{Error, FindVariant, OwnWords, PlaceForm, Role};

use crate::bridge;
use crate::load::Loaded;
use crate::parts::{Failed, SideMark};
use crate::say::text;
use crate::session::session;

/// Where the files of each side are; nothing while both are at hand.
#[component]
pub(super) fn Files(own: RwSignal<Loaded<OwnWords>>, again: Callback<()>) -> impl IntoView {
    let at_hand =
        Memo::new(move |_| own.with(|own| own.ready().map(|own| (own.nominal_at_hand, own.operative_at_hand))));
    move || match at_hand.get() {
        None | Some((true, true)) => None,
        Some((nominal, operative)) => Some(view! {
            <section class="note-box unsure stack" id="find-models">
                <h3>{text("window-words-files")}</h3>
                <p>{text("window-words-files-meaning")}</p>
                <div class="cards">
                    <Side role=Role::Nominal at_hand=nominal again />
                    <Side role=Role::Operative at_hand=operative again />
                </div>
            </section>
        }),
    }
}

#[component]
fn Side(role: Role, at_hand: bool, again: Callback<()>) -> impl IntoView {
    let session = session();
    let failed = RwSignal::new(None::<Error>);
    let find = move |form: PlaceForm| {
        let Some(case) = session.case_id() else { return };
        failed.set(None);
        spawn_local(async move {
            match bridge::call(&FindVariant { case, role, form }).await {
                Ok(Some(_)) => {
                    again.try_run(());
                }
                Ok(None) => {}
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
        });
    };
    let (colour, label, filled) = match role {
        Role::Nominal => ("nominal", "report-side-published", false),
        Role::Operative => ("operative", "report-side-deployed", true),
    };
    view! {
        <div class="stack">
            <p class=colour><SideMark filled /><strong>{text(label)}</strong></p>
            <p class="small">{text(if at_hand { "window-words-at-hand" } else { "window-words-not-at-hand" })}</p>
            {(!at_hand)
                .then(|| {
                    view! {
                        <div class="row">
                            <button type="button" on:click=move |_| find(PlaceForm::File)>
                                {text("window-choose-file")}
                            </button>
                            <button type="button" on:click=move |_| find(PlaceForm::Folder)>
                                {text("window-choose-folder")}
                            </button>
                        </div>
                    }
                })}
            {move || failed.get().map(|error| view! { <Failed error /> })}
        </div>
    }
}
