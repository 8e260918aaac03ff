//! A job in the worker: how far it is, how to stop it, and how to try again.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use parallax_wire::{CancelJob, Command, Error, Progress};

use crate::bridge;
use crate::dom::bring_into_sight;
use crate::parts::Failed;
use crate::say::text;

/// Where a job stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum JobState {
    /// Not started, or done and taken up.
    #[default]
    Idle,
    /// Running under this id.
    Running(u32, Progress),
    /// Ended with a sentence.
    Failed(Error),
}

impl JobState {
    /// True while it runs.
    pub(crate) fn runs(&self) -> bool {
        matches!(self, Self::Running(..))
    }
}

/// Starts a job and hands its reply on; nothing happens while another one runs.
pub(crate) fn start<C>(state: RwSignal<JobState>, request: impl FnOnce(u32) -> C, done: impl FnOnce(C::Reply) + 'static)
where
    C: Command + 'static,
{
    if state.with_untracked(JobState::runs) {
        return;
    }
    let job = bridge::next_job();
    let request = request(job);
    state.set(JobState::Running(job, Progress { step: "begin".to_owned(), fraction: 0.0 }));
    spawn_local(async move {
        let observe = move |progress| {
            state.try_update(|state| {
                // A late message must not bring an ended job back.
                if let JobState::Running(id, shown) = state
                    && *id == job
                {
                    *shown = progress;
                }
            });
        };
        let reply = bridge::call_observed(&request, observe).await;
        if state.is_disposed() {
            return;
        }
        match reply {
            Ok(reply) => {
                state.set(JobState::Idle);
                done(reply);
            }
            Err(error) => state.set(JobState::Failed(error)),
        }
    });
}

/// Shows a job while it runs and what it failed with; `again` starts it once more.
#[component]
pub(crate) fn JobBox(state: RwSignal<JobState>, #[prop(into)] again: Callback<()>) -> impl IntoView {
    // The bar moves often; the box around it and its button stay.
    let running = Memo::new(move |_| match state.get() {
        JobState::Running(job, _) => Some(job),
        _ => None,
    });
    let shown = move || match state.get() {
        JobState::Running(_, progress) => progress,
        _ => Progress { step: "begin".to_owned(), fraction: 0.0 },
    };
    // The button that starts a job may be the last thing in sight.
    let place = NodeRef::<Div>::new();
    place.on_load(|place| bring_into_sight(&place));
    view! {
        {move || {
            running
                .get()
                .map(|job| {
                    view! {
                        <div class="job card" role="status" node_ref=place>
                            <p class="step">{move || text(&format!("progress-{}", shown().step))}</p>
                            <progress max="1" value=move || shown().fraction.to_string()></progress>
                            <div>
                                <button
                                    type="button"
                                    class="cancel"
                                    on:click=move |_| spawn_local(async move {
                                        // A job that has ended meanwhile needs no cancelling.
                                        let _ended_or_cancelled = bridge::call(&CancelJob { job }).await;
                                    })
                                >
                                    {text("window-cancel")}
                                </button>
                            </div>
                        </div>
                    }
                })
        }}
        {move || match state.get() {
            JobState::Failed(error) => Some(view! { <Failed error again /> }),
            _ => None,
        }}
    }
}
