//! Listeners that go when what they were for goes.

use std::rc::Rc;

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

/// Calls `run` for each event of that name, as long as `owner` is there.
pub(super) fn listen_to<T: 'static, E: JsCast>(
    owner: &Rc<T>,
    target: &EventTarget,
    name: &'static str,
    run: impl Fn(&Rc<T>, E) + 'static,
) -> Result<Listener, JsValue> {
    let owner = Rc::downgrade(owner);
    let closure = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        if let Some(owner) = owner.upgrade() {
            run(&owner, event.unchecked_into());
        }
    });
    target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref())?;
    Ok(Listener { target: target.clone(), name, closure })
}
