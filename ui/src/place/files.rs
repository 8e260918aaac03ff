//! What the page of files lists, as its address keeps it.

pub(crate) use parallax_plots::tensors::TensorQuery as FilesQuery;

use super::{joined, values};

/// A query as the address keeps it: only what is asked for.
pub(super) fn text(query: &FilesQuery) -> String {
    let layer = query.layer.map(|layer| layer.to_string());
    joined([
        ("verdict", query.verdict.as_deref()),
        ("type", query.stored_type.as_deref()),
        ("search", query.search.as_deref()),
        ("layer", layer.as_deref()),
        ("kind", query.kind.as_deref()),
        ("order", query.order.as_deref()),
    ])
}

pub(super) fn from(text: &str) -> FilesQuery {
    let get = values(text);
    FilesQuery {
        verdict: get("verdict"),
        stored_type: get("type"),
        search: get("search"),
        layer: get("layer").and_then(|layer| layer.parse().ok()),
        kind: get("kind"),
        order: get("order"),
    }
}
