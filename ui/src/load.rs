//! What a page waits for: not there yet, there, or failed with a sentence.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use parallax_wire::{Command, Error};

use crate::bridge;
use crate::dom::breath;
use crate::parts::Failed;

/// The state of a reply.
#[derive(Debug)]
pub(crate) enum Loaded<T> {
    /// Asked for, or about to be.
    Waiting,
    /// There.
    Ready(Arc<T>),
    /// It could not be had.
    Failed(Error),
}

// By hand: a derived one would ask that `T` can be cloned too.
impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Waiting => Self::Waiting,
            Self::Ready(value) => Self::Ready(Arc::clone(value)),
            Self::Failed(error) => Self::Failed(error.clone()),
        }
    }
}

impl<T> Loaded<T> {
    /// The reply, where it is there.
    pub(crate) fn ready(&self) -> Option<Arc<T>> {
        match self {
            Self::Ready(value) => Some(Arc::clone(value)),
            Self::Waiting | Self::Failed(_) => None,
        }
    }
}

impl<T> From<Result<T, Error>> for Loaded<T> {
    fn from(result: Result<T, Error>) -> Self {
        match result {
            Ok(value) => Self::Ready(Arc::new(value)),
            Err(error) => Self::Failed(error),
        }
    }
}

/// Calls a command now and whenever what `request` reads changes; an old reply stays until the new one is there.
///
/// `None` asks for nothing.
pub(crate) fn load<C>(request: impl Fn() -> Option<C> + 'static) -> RwSignal<Loaded<C::Reply>>
where
    C: Command + 'static,
    C::Reply: Send + Sync + 'static,
{
    load_by(move || request().map(|request| async move { bridge::call(&request).await }))
}

/// As [`load`], by whatever `ask` does.
pub(crate) fn load_by<T, F>(ask: impl Fn() -> Option<F> + 'static) -> RwSignal<Loaded<T>>
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, Error>> + 'static,
{
    let state = RwSignal::new(Loaded::Waiting);
    let latest = StoredValue::new(0_u64);
    Effect::new(move |_| {
        let Some(asked) = ask() else { return };
        let number = latest.with_value(|latest| latest + 1);
        latest.set_value(number);
        spawn_local(async move {
            let reply = asked.await;
            // Reading a long reply takes its time, and so does drawing it: the window answers in between.
            breath().await;
            // A reply that was overtaken by another question, or whose page is gone, is dropped.
            if latest.try_get_value() == Some(number) {
                state.try_set(reply.into());
            }
        });
    });
    state
}

/// Shows a reply when it is there, a quiet sign until then, and a sentence where it failed.
pub(crate) fn show<T, V>(
    state: RwSignal<Loaded<T>>,
    view: impl Fn(Arc<T>) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    T: Send + Sync + 'static,
    V: IntoView + 'static,
{
    move || match state.get() {
        Loaded::Waiting => {
            view! { <p class="quiet" role="status" aria-busy="true">{crate::say::text("window-loading")}</p> }
                .into_any()
        }
        Loaded::Ready(value) => view(value).into_any(),
        Loaded::Failed(error) => view! { <Failed error /> }.into_any(),
    }
}
