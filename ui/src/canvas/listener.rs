//! Listeners that go when what they were for goes.

use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget};

/// A listener that is taken away when it is dropped.
pub(super) struct Listener {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.closure.as_ref().unchecked_ref();
        self.target.remove_event_listener_with_callback(self.name, callback).unwrap_or_default();
    }
}

/// Listeners of one owner, which are called as long as that is there.
pub(super) struct Listeners<T> {
    owner: Weak<T>,
    all: Vec<Listener>,
}

impl<T: 'static> Listeners<T> {
    /// None yet.
    pub(super) fn of(owner: &Rc<T>) -> Self {
        Self { owner: Rc::downgrade(owner), all: Vec::new() }
    }

    /// Calls `run` for each event of that name.
    pub(super) fn on<E: JsCast>(
        &mut self,
        target: &EventTarget,
        name: &'static str,
        run: impl Fn(&Rc<T>, E) + 'static,
    ) -> Result<(), JsValue> {
        let owner = Weak::clone(&self.owner);
        let closure = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            if let Some(owner) = owner.upgrade() {
                run(&owner, event.unchecked_into());
            }
        });
        target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref())?;
        self.all.push(Listener { target: target.clone(), name, closure });
        Ok(())
    }

    /// All of them.
    pub(super) fn all(self) -> Vec<Listener> {
        self.all
    }
}
