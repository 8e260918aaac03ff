//! Where one is in the window, as the part of the address after `#`.

mod files;

use parallax_wire::{ItemQuery, MatrixCell};

pub(crate) use files::FilesQuery;

/// A page, with what it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Place {
    /// Open a case, compare two variants, check a bundle.
    #[default]
    Start,
    /// What is compared.
    Overview,
    /// What must agree before anything is compared.
    Preflight,
    /// The ranked findings.
    Findings,
    /// One finding by id.
    Finding(String),
    /// What changed inside the model, step by step.
    Steps(StepsQuery),
    /// Where each category's items went.
    Matrix,
    /// The map of items.
    Map(MapQuery),
    /// Items that match a query.
    Items(ItemQuery),
    /// One item by suite and id.
    Item(String, String),
    /// Own words.
    Words,
    /// How the stored numbers compare.
    Files(FilesQuery),
    /// One tensor by its name in the deployed file.
    Tensor(String),
    /// How the tokenizers compare.
    Pieces,
    /// Notes.
    Notes,
    /// All objections of the case.
    Contestations,
    /// One objection by id.
    Contestation(String),
    /// What exactly leaves with it.
    Preview(String),
    /// Check a sealed bundle.
    Verify,
}

/// What the map shows; what is `None` is up to the map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MapQuery {
    /// Suite whose items are drawn.
    pub(crate) suite: Option<String>,
    /// Tap of the nominal variant.
    pub(crate) step: Option<u32>,
    /// Brings out items of this language.
    pub(crate) language: Option<String>,
    /// Brings out items that this finding rests on.
    pub(crate) finding: Option<String>,
    /// Brings out items that the two variants sort differently.
    pub(crate) moved: bool,
}

/// What the page of steps shows; what is `None` is up to the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StepsQuery {
    /// Suite whose measures are drawn.
    pub(crate) suite: Option<String>,
    /// Tap of the nominal variant.
    pub(crate) step: Option<u32>,
}

/// Items of one list page.
pub(crate) const PAGE_ITEMS: u64 = 50;

impl Place {
    /// The address of the page.
    pub(crate) fn hash(&self) -> String {
        match self {
            Self::Start => "#/start".to_owned(),
            Self::Overview => "#/overview".to_owned(),
            Self::Preflight => "#/preflight".to_owned(),
            Self::Findings => "#/findings".to_owned(),
            Self::Finding(id) => format!("#/finding/{}", escaped(id)),
            Self::Steps(query) => format!("#/steps{}", steps_text(query)),
            Self::Matrix => "#/matrix".to_owned(),
            Self::Map(query) => format!("#/map{}", map_text(query)),
            Self::Items(query) => format!("#/items{}", query_text(query)),
            Self::Item(suite, item) => format!("#/item/{}/{}", escaped(suite), escaped(item)),
            Self::Words => "#/words".to_owned(),
            Self::Files(query) => format!("#/files{}", files::text(query)),
            Self::Tensor(name) => format!("#/tensor/{}", escaped(name)),
            Self::Pieces => "#/pieces".to_owned(),
            Self::Notes => "#/notes".to_owned(),
            Self::Contestations => "#/contest".to_owned(),
            Self::Contestation(id) => format!("#/contest/{}", escaped(id)),
            Self::Preview(id) => format!("#/contest/{}/preview", escaped(id)),
            Self::Verify => "#/verify".to_owned(),
        }
    }

    /// The page of an address; the start for an address that is none of ours.
    pub(crate) fn from_hash(hash: &str) -> Self {
        let path = hash.trim_start_matches('#').trim_start_matches('/');
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let parts: Vec<String> = path.split('/').map(unescaped).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["overview"] => Self::Overview,
            ["preflight"] => Self::Preflight,
            ["findings"] => Self::Findings,
            ["finding", id] => Self::Finding((*id).to_owned()),
            ["steps"] => Self::Steps(steps_from(query)),
            ["matrix"] => Self::Matrix,
            ["map"] => Self::Map(map_from(query)),
            ["items"] => Self::Items(query_from(query)),
            ["item", suite, item] => Self::Item((*suite).to_owned(), (*item).to_owned()),
            ["words"] => Self::Words,
            ["files"] => Self::Files(files::from(query)),
            ["tensor", name] => Self::Tensor((*name).to_owned()),
            ["pieces"] => Self::Pieces,
            ["notes"] => Self::Notes,
            ["contest"] => Self::Contestations,
            ["contest", id] => Self::Contestation((*id).to_owned()),
            ["contest", id, "preview"] => Self::Preview((*id).to_owned()),
            ["verify"] => Self::Verify,
            _ => Self::Start,
        }
    }

    /// Whether both are one page, which then follows its own address and is not drawn anew.
    pub(crate) fn same_page(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Items(_), Self::Items(_)) | (Self::Map(_), Self::Map(_)) => true,
            (Self::Steps(_), Self::Steps(_)) | (Self::Files(_), Self::Files(_)) => true,
            _ => self == other,
        }
    }

    /// Whether the page needs an open case.
    pub(crate) fn needs_case(&self) -> bool {
        !matches!(self, Self::Start | Self::Verify)
    }
}

/// A query as the address keeps it: only what is asked for.
fn query_text(query: &ItemQuery) -> String {
    let cell = query.cell.as_ref();
    let offset = query.offset.to_string();
    joined([
        ("suite", query.suite.as_deref()),
        ("language", query.language.as_deref()),
        ("category", query.category.as_deref()),
        ("finding", query.finding.as_deref()),
        ("reader", cell.map(|cell| cell.reader.as_str())),
        ("from", cell.and_then(|cell| cell.nominal.as_deref())),
        ("to", cell.and_then(|cell| cell.operative.as_deref())),
        ("moved", query.flipped.then_some(if query.any_reader { "any" } else { "yes" })),
        ("search", query.search.as_deref()),
        ("after", (query.offset > 0).then_some(&offset)),
    ])
}

fn query_from(text: &str) -> ItemQuery {
    let get = values(text);
    ItemQuery {
        suite: get("suite"),
        language: get("language"),
        category: get("category"),
        finding: get("finding"),
        cell: get("reader").map(|reader| MatrixCell { reader, nominal: get("from"), operative: get("to") }),
        flipped: get("moved").is_some(),
        any_reader: get("moved").as_deref() == Some("any"),
        search: get("search"),
        limit: PAGE_ITEMS,
        offset: get("after").and_then(|after| after.parse().ok()).unwrap_or(0),
    }
}

fn map_text(query: &MapQuery) -> String {
    let step = query.step.map(|step| step.to_string());
    joined([
        ("suite", query.suite.as_deref()),
        ("step", step.as_deref()),
        ("language", query.language.as_deref()),
        ("finding", query.finding.as_deref()),
        ("moved", query.moved.then_some("yes")),
    ])
}

fn map_from(text: &str) -> MapQuery {
    let get = values(text);
    MapQuery {
        suite: get("suite"),
        step: get("step").and_then(|step| step.parse().ok()),
        language: get("language"),
        finding: get("finding"),
        moved: get("moved").is_some(),
    }
}

fn steps_text(query: &StepsQuery) -> String {
    let step = query.step.map(|step| step.to_string());
    joined([("suite", query.suite.as_deref()), ("step", step.as_deref())])
}

fn steps_from(text: &str) -> StepsQuery {
    let get = values(text);
    StepsQuery { suite: get("suite"), step: get("step").and_then(|step| step.parse().ok()) }
}

fn joined<const N: usize>(values: [(&str, Option<&str>); N]) -> String {
    let parts: Vec<String> =
        values.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", escaped(value?)))).collect();
    if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
}

/// Reads values of a query by their names.
fn values(text: &str) -> impl Fn(&str) -> Option<String> + use<> {
    let pairs: Vec<(String, String)> = text
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), unescaped(value)))
        .collect();
    move |name| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

fn escaped(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text))
}

fn unescaped(text: &str) -> String {
    js_sys::decode_uri_component(text).map_or_else(|_| text.to_owned(), String::from)
}
