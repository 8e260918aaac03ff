//! How large an element is, so that a picture can be drawn as large and its words stay the size of words.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{HtmlElement, ResizeObserver};

/// Width of an element in points, kept up while it is shown; `None` until it is known.
pub(crate) fn width_of(element: NodeRef<Div>) -> Memo<Option<f32>> {
    let size = size_of(element);
    Memo::new(move |_| size.get().map(|[width, _]| width))
}

/// Width and height of an element in points, kept up while it is shown; `None` until they are known.
pub(crate) fn size_of(element: NodeRef<Div>) -> ReadSignal<Option<[f32; 2]>> {
    let (size, set_size) = signal(None);
    let watch = StoredValue::new_local(None::<Watch>);
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let element: HtmlElement = element.unchecked_into();
        watch.set_value(Watch::new(element, set_size));
    });
    size
}

/// Watches an element until it is dropped.
struct Watch {
    observer: ResizeObserver,
    _told: Closure<dyn Fn()>,
}

impl Watch {
    fn new(element: HtmlElement, size: WriteSignal<Option<[f32; 2]>>) -> Option<Self> {
        let told = {
            let element = element.clone();
            Closure::<dyn Fn()>::new(move || {
                let now = [element.client_width(), element.client_height()];
                if now[0] > 0 {
                    size.try_set(Some(now.map(|length| length as f32)));
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
