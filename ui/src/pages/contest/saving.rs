//! Stores a draft while it is written: a moment after the last change, one command at a time, in the order of typing.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use parallax_wire::{ChangeContestation, ContestChanges, ContestState, Error};

use super::unsaved::Unsaved;
use crate::bridge;
use crate::place::Place;
use crate::session::{Session, session};

/// How long after the last change a draft is stored.
const PAUSE: Duration = Duration::from_millis(600);

/// Where storing stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum SaveState {
    /// Everything is stored.
    Saved,
    /// Something is being stored, or is about to be.
    Saving,
    /// The last changes could not be stored and wait here.
    Failed(Error),
}

/// What waits to be stored of one draft. It outlives the page: leaving it must not lose what was typed last.
#[derive(Debug)]
struct Queue {
    case: String,
    id: String,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// Typed a moment ago.
    typed: Unsaved,
    /// To be stored now.
    due: Unsaved,
    /// On its way.
    sent: Option<ContestChanges>,
}

thread_local!(static QUEUES: RefCell<BTreeMap<String, Arc<Queue>>> = const { RefCell::new(BTreeMap::new()) });

impl Queue {
    /// The one queue of a draft.
    fn of(case: &str, id: &str) -> Arc<Self> {
        let new = || {
            let (case, id) = (case.to_owned(), id.to_owned());
            Arc::new(Self { case, id, waiting: Mutex::default() })
        };
        QUEUES.with(|queues| Arc::clone(queues.borrow_mut().entry(format!("{case} {id}")).or_insert_with(new)))
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Every change of it is whole.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes everything due and takes out the first of it; `None` when nothing is to be done, or it is being done.
    fn begin(&self) -> Option<ContestChanges> {
        let mut waiting = self.waiting();
        let typed = std::mem::take(&mut waiting.typed);
        waiting.due.take_up(typed);
        if waiting.sent.is_some() {
            return None;
        }
        waiting.sent = waiting.due.take_next();
        waiting.sent.clone()
    }

    /// Says that what was sent is stored, and takes out the next.
    fn next(&self) -> Option<ContestChanges> {
        let mut waiting = self.waiting();
        waiting.sent = waiting.due.take_next();
        waiting.sent.clone()
    }

    /// Says that what was sent could not be stored.
    fn keep(&self) {
        let mut waiting = self.waiting();
        if let Some(sent) = waiting.sent.take() {
            waiting.due.take_back(sent);
        }
    }

    fn is_empty(&self) -> bool {
        let waiting = self.waiting();
        waiting.typed.is_empty() && waiting.due.is_empty() && waiting.sent.is_none()
    }
}

/// Stores the changes of one draft.
#[derive(Clone, Copy)]
pub(super) struct Saver {
    session: Session,
    queue: StoredValue<Arc<Queue>>,
    timer: StoredValue<Option<TimeoutHandle>>,
    leave_for: StoredValue<Option<Place>>,
    /// Where storing stands.
    pub(super) state: RwSignal<SaveState>,
    /// What the draft still lacks, as of what is stored.
    pub(super) missing: RwSignal<Vec<String>>,
}

impl Saver {
    /// Begins with a draft as it was read, and puts into it what an earlier visit could not store.
    pub(super) fn begin(draft: &mut ContestState) -> Self {
        let session = session();
        let queue = Queue::of(&session.case_id().unwrap_or_default(), &draft.report.id);
        {
            let waiting = queue.waiting();
            if let Some(sent) = &waiting.sent {
                Unsaved::of(sent.clone()).put_into(&mut draft.report);
            }
            waiting.due.put_into(&mut draft.report);
            waiting.typed.put_into(&mut draft.report);
        }
        let all_stored = queue.is_empty();
        let saver = Self {
            session,
            queue: StoredValue::new(Arc::clone(&queue)),
            timer: StoredValue::new(None),
            leave_for: StoredValue::new(None),
            state: RwSignal::new(SaveState::Saved),
            missing: RwSignal::new(draft.missing.clone()),
        };
        if !all_stored {
            saver.store();
        }
        on_cleanup(move || {
            saver.stop_timer();
            saver.run(queue);
        });
        saver
    }

    /// Takes up a change; it is stored when nothing is typed for a moment.
    pub(super) fn change(self, change: impl FnOnce(&mut Unsaved)) {
        let Some(queue) = self.queue.try_get_value() else { return };
        let mut newer = Unsaved::default();
        change(&mut newer);
        queue.waiting().typed.take_up(newer);
        self.state.set(SaveState::Saving);
        self.stop_timer();
        let later = set_timeout_with_handle(move || self.store(), PAUSE);
        self.timer.set_value(later.ok());
    }

    /// Stores everything now.
    pub(super) fn store(self) {
        self.stop_timer();
        if let Some(queue) = self.queue.try_get_value() {
            self.run(queue);
        }
    }

    /// Goes to another page as soon as everything is stored.
    pub(super) fn leave(self, place: Place) {
        if self.queue.with_value(|queue| queue.is_empty()) {
            self.session.go(&place);
        } else {
            self.leave_for.set_value(Some(place));
            self.store();
        }
    }

    fn stop_timer(self) {
        if let Some(handle) = self.timer.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }

    fn run(self, queue: Arc<Queue>) {
        let Some(first) = queue.begin() else { return };
        self.state.try_set(SaveState::Saving);
        spawn_local(async move {
            let mut next = Some(first);
            while let Some(changes) = next {
                let request = ChangeContestation { case: queue.case.clone(), id: queue.id.clone(), changes };
                match bridge::call(&request).await {
                    Ok(stored) => {
                        // Only what is missing is taken up: the fields show what was typed, which may be newer.
                        self.missing.try_set(stored.missing);
                        next = queue.next();
                    }
                    Err(error) => {
                        queue.keep();
                        self.leave_for.try_set_value(None);
                        self.state.try_set(SaveState::Failed(error));
                        return;
                    }
                }
            }
            if !queue.is_empty() {
                return;
            }
            self.state.try_set(SaveState::Saved);
            if let Some(place) = self.leave_for.try_update_value(Option::take).flatten() {
                self.session.go(&place);
            }
        });
    }
}
