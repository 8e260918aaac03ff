//! Verdicts in a letter, in a colour and in words: never in colour alone.

use leptos::prelude::*;
use parallax_wire::Verdict;

use crate::say::text;

/// The sign of a verdict: a letter of its label, or what people write for it.
pub(super) fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Identical => "=",
        Verdict::Reproduced => "R",
        Verdict::ReproducedUpToTies => "T",
        Verdict::CodesExplained => "N",
        Verdict::TypeUnexpected => "A",
        Verdict::NotDecidable => "?",
        Verdict::ScaleUnexplained => "S",
        Verdict::ResidualLowrank => "+",
        Verdict::ResidualSparse => "#",
        Verdict::LineageOnly => "~",
        Verdict::Replaced => "×",
        Verdict::Unrelated => "0",
    }
}

/// Its label.
pub(super) fn label(verdict: Verdict) -> String {
    text(&format!("verdict-{}", verdict.as_str()))
}

/// What it means, in one sentence or two.
pub(super) fn meaning(verdict: Verdict) -> String {
    text(&format!("meaning-{}", verdict.as_str()))
}

/// Which colours it has: from explained, over what cannot be said, to changed and to something else altogether.
pub(super) fn tone(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Identical | Verdict::Reproduced | Verdict::ReproducedUpToTies | Verdict::CodesExplained => "explained",
        Verdict::TypeUnexpected => "unexpected",
        Verdict::NotDecidable => "undecided",
        Verdict::ScaleUnexplained | Verdict::ResidualLowrank | Verdict::ResidualSparse => "changed",
        Verdict::LineageOnly | Verdict::Replaced | Verdict::Unrelated => "other",
    }
}

/// The sign in its colours; the words stand beside it.
#[component]
pub(super) fn Sign(verdict: Verdict) -> impl IntoView {
    view! { <span class=format!("sign-box {}", tone(verdict)) aria-hidden="true">{sign(verdict)}</span> }
}

/// The sign with its label.
#[component]
pub(super) fn Labelled(verdict: Verdict) -> impl IntoView {
    view! {
        <span class="labelled" data-verdict=verdict.as_str()>
            <Sign verdict />
            <span>{label(verdict)}</span>
        </span>
    }
}
