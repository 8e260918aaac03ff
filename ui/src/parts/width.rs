//! How wide an element is, so that a picture can be drawn as wide and its words stay the size of words.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{HtmlElement, ResizeObserver};

/// Width of an element in points, kept up while it is shown; `None` until it is known.
pub(crate) fn width_of(element: NodeRef<Div>) -> ReadSignal<Option<f32>> {
    let (width, set_width) = signal(None);
    let watch = StoredValue::new_local(None::<Watch>);
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let element: HtmlElement = element.unchecked_into();
        watch.set_value(Watch::new(element, set_width));
    });
    width
}

/// Watches an element until it is dropped.
struct Watch {
    observer: ResizeObserver,
    _told: Closure<dyn Fn()>,
}

impl Watch {
    fn new(element: HtmlElement, width: WriteSignal<Option<f32>>) -> Option<Self> {
        let told = {
            let element = element.clone();
            Closure::<dyn Fn()>::new(move || {
                let now = element.client_width();
                if now > 0 {
                    width.try_update(|width| *width = Some(now as f32));
                }
            })
        };
        let observer = ResizeObserver::new(told.as_ref().unchecked_ref()).ok()?;
        observer.observe(&element);
        Some(Self { observer, _told: told })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // Else the observer would call what is no longer there.
        self.observer.disconnect();
    }
}
