//! The outcome of a first check, in colour and in words.

use leptos::prelude::*;
use parallax_wire::PreflightStatus;

use crate::say::text;

/// `same`, `differs`, `not known` or `cannot test`.
#[component]
pub(crate) fn StatusChip(status: PreflightStatus) -> impl IntoView {
    let (class, sign, id) = match status {
        PreflightStatus::Same => ("chip same", "=", "status-same"),
        PreflightStatus::Differs => ("chip differs", "≠", "status-differs"),
        PreflightStatus::Unknown => ("chip unknown", "?", "status-unknown"),
        PreflightStatus::CannotTest => ("chip cannot-test", "×", "status-cannot-test"),
    };
    view! { <span class=class><span aria-hidden="true">{sign}</span>{text(id)}</span> }
}
