//! The suites that ship inside the program, so that an audit needs no other file. Not how they are read or drawn.

use crate::error::Error;
use crate::read;
use crate::suite::Suite;

/// The files of one shipped suite as they stand in the repository.
pub(crate) struct ShippedFiles {
    pub(crate) id: &'static str,
    pub(crate) suite: &'static str,
    pub(crate) items: &'static str,
    pub(crate) templates: &'static str,
}

pub(crate) const SHIPPED: &[ShippedFiles] = &[
    ShippedFiles {
        id: "livelihoods",
        suite: include_str!("../livelihoods/suite.toml"),
        items: include_str!("../livelihoods/items.jsonl"),
        templates: include_str!("../livelihoods/templates.toml"),
    },
    ShippedFiles {
        id: "benefits-desk",
        suite: include_str!("../benefits-desk/suite.toml"),
        items: include_str!("../benefits-desk/items.jsonl"),
        templates: include_str!("../benefits-desk/templates.toml"),
    },
];

impl ShippedFiles {
    pub(crate) fn find(id: &str) -> Result<&'static ShippedFiles, Error> {
        SHIPPED.iter().find(|files| files.id == id).ok_or_else(|| Error::NotShipped { id: id.to_owned() })
    }

    /// The suite with these items in place of the shipped ones; the same checks as for a folder.
    pub(crate) fn suite_with(&self, items: &str) -> Result<Suite, Error> {
        let suite_name = format!("{}/suite.toml", self.id);
        let items_name = format!("{}/items.jsonl", self.id);
        read::parse((&suite_name, self.suite.as_bytes()), (&items_name, items.as_bytes()))
    }
}

/// The shipped suites, read and checked like any other.
///
/// # Errors
/// None for a program whose tests have passed; the checks are the same as those of [`load`](crate::load).
pub fn shipped() -> Result<Vec<Suite>, Error> {
    SHIPPED.iter().map(|files| files.suite_with(files.items)).collect()
}
