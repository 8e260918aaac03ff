//! A choice among a few things, which shows what is chosen even when the things change.

use leptos::html;
use leptos::prelude::*;

/// Things to choose from, under a common heading where there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Group {
    /// The heading.
    pub(crate) label: Option<String>,
    /// Each as its value and its words.
    pub(crate) choices: Vec<(String, String)>,
}

impl Group {
    /// Things without a heading.
    pub(crate) fn plain(choices: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { label: None, choices: choices.into_iter().collect() }
    }
}

/// A labelled choice; `changed` is told the value that a person chooses.
#[component]
pub(crate) fn Select(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] groups: Signal<Vec<Group>>,
    #[prop(into)] changed: Callback<String>,
) -> impl IntoView {
    let element = NodeRef::<html::Select>::new();
    // A value can be set only once its choice is there, and new choices are drawn before the next frame.
    Effect::new(move |_| {
        let value = value.get();
        groups.track();
        request_animation_frame(move || {
            if let Some(element) = element.try_get_untracked().flatten() {
                element.set_value(&value);
            }
        });
    });
    let choices = move || {
        let chosen = value.get_untracked();
        let one = |(value, shown): (String, String)| {
            let here = value == chosen;
            view! { <option value=value selected=here>{shown}</option> }
        };
        groups
            .get()
            .into_iter()
            .map(|group| {
                let choices = group.choices.into_iter().map(one).collect_view();
                match group.label {
                    Some(label) => view! { <optgroup label=label>{choices}</optgroup> }.into_any(),
                    None => choices.into_any(),
                }
            })
            .collect_view()
    };
    view! {
        <label class="field">
            <span>{label}</span>
            <select name=name node_ref=element on:change:target=move |event| changed.run(event.target().value())>
                {choices}
            </select>
        </label>
    }
}
