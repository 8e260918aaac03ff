//! What became of the claim about how the deployed file was stored.

use leptos::prelude::*;
use parallax_wire::{Claim, ClaimOutcome};

use crate::parts::Term;
use crate::say::{said, text};

/// The claim in sentences, with its name explained beside it.
#[component]
pub(super) fn ClaimCard(claim: Option<Claim>) -> impl IntoView {
    let sentences = match said(|words| words.weights_claim(claim.as_ref())) {
        Ok(sentences) => sentences,
        Err(missing) => vec![missing],
    };
    let sentences = sentences
        .into_iter()
        .enumerate()
        .map(|(place, sentence)| view! { <p class:small=place != 0 class:quiet=place != 0>{sentence}</p> })
        .collect_view();
    let outcome = claim.as_ref().map(|claim| claim.outcome);
    let name = claim.map(|claim| {
        view! {
            <p class="row small">
                <Term id="quantization" shown=claim.claimed />
                <Term id="claim" />
            </p>
        }
    });
    view! {
        <section class="card" id="files-claim">
            <h2 class="row">{text("window-files-claim")} {outcome.map(|outcome| view! { <Outcome outcome /> })}</h2>
            {sentences}
            {name}
        </section>
    }
}

/// Whether the claim holds, as a sign with a word.
#[component]
fn Outcome(outcome: ClaimOutcome) -> impl IntoView {
    let (class, sign, id) = match outcome {
        ClaimOutcome::Holds => ("chip same", "=", "window-files-claim-holds"),
        ClaimOutcome::Deviates => ("chip unknown", "≈", "window-files-claim-deviates"),
        ClaimOutcome::Contradicted => ("chip differs", "≠", "window-files-claim-contradicted"),
        ClaimOutcome::NotDecidable => ("chip unknown", "?", "window-files-claim-undecided"),
    };
    view! { <span class=class><span aria-hidden="true">{sign}</span>{text(id)}</span> }
}
