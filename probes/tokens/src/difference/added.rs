//! Added and special tokens: which side has them, and how they are matched.

use std::collections::HashMap;

use super::converter::{ConverterRule, Notes, looks_special};
use super::rows::Examples;
use crate::description::{AddedToken, Description, Origin};

/// How added tokens differ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddedDifference {
    /// Added tokens on the nominal side; `None` when its file does not tell them from others.
    pub nominal: Option<usize>,
    /// Added tokens on the operative side; `None` when its file does not tell them from others.
    pub operative: Option<usize>,
    /// Tokens that are added only on the nominal side, by id.
    pub only_nominal: Examples<AddedRow>,
    /// Tokens that are added only on the operative side, by id.
    pub only_operative: Examples<AddedRow>,
    /// Flags that differ, by id. A flag that one side does not state is not listed.
    pub flags: Examples<FlagRow>,
    /// Why added tokens were not compared.
    pub not_compared: Option<&'static str>,
}

impl AddedDifference {
    /// Rows of all sorts.
    pub fn count(&self) -> usize {
        self.only_nominal.count() + self.only_operative.count() + self.flags.count()
    }
}

/// An added token of one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedRow {
    /// The token, with what may deceive the eye in its text.
    pub token: AddedToken,
    /// Its id on the other side, where it is an ordinary piece.
    pub ordinary: Option<u32>,
}

/// How an added token is matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the flags are those of an added token")]
pub enum AddedFlag {
    Special,
    SingleWord,
    Lstrip,
    Rstrip,
    Normalized,
}

impl AddedFlag {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            AddedFlag::Special => "special",
            AddedFlag::SingleWord => "single-word",
            AddedFlag::Lstrip => "lstrip",
            AddedFlag::Rstrip => "rstrip",
            AddedFlag::Normalized => "normalized",
        }
    }

    fn of(self, token: &AddedToken) -> Option<bool> {
        match self {
            AddedFlag::Special => token.special,
            AddedFlag::SingleWord => token.single_word,
            AddedFlag::Lstrip => token.lstrip,
            AddedFlag::Rstrip => token.rstrip,
            AddedFlag::Normalized => token.normalized,
        }
    }
}

/// A flag that both sides state differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagRow {
    /// The token's nominal id.
    pub id: u32,
    /// Its text.
    pub content: String,
    /// Which flag.
    pub flag: AddedFlag,
    /// Its nominal value.
    pub nominal: bool,
    /// Its operative value.
    pub operative: bool,
}

pub(super) fn compare(nominal: &Description, operative: &Description, notes: &mut Notes) -> AddedDifference {
    let mut difference = AddedDifference {
        nominal: nominal.added.as_ref().map(Vec::len),
        operative: operative.added.as_ref().map(Vec::len),
        ..AddedDifference::default()
    };
    let (Some(nominal_added), Some(operative_added)) = (&nominal.added, &operative.added) else {
        difference.not_compared = Some("a file does not tell added tokens from others");
        return difference;
    };
    // A GGUF writes `▁` in added tokens as a space; only where one is compared with another file are the two the same.
    let spaced = nominal.origin != operative.origin;
    let written = |token: &AddedToken| {
        if spaced { token.content.replace('\u{2581}', " ") } else { token.content.clone() }
    };
    // Repetitions of a text are among the oddities of their side.
    let by_content = |tokens: &[AddedToken]| {
        let mut places: HashMap<String, usize> = HashMap::with_capacity(tokens.len());
        for (place, token) in tokens.iter().enumerate() {
            places.entry(written(token)).or_insert(place);
        }
        places
    };
    let (nominal_tokens, operative_tokens) = (by_content(nominal_added), by_content(operative_added));
    let (nominal_ids, operative_ids) = (first_ids(nominal), first_ids(operative));
    let row = |token: &AddedToken, ids: &HashMap<&str, u32>| AddedRow {
        token: token.clone(),
        ordinary: ids.get(token.content.as_str()).copied(),
    };
    for (place, token) in nominal_added.iter().enumerate() {
        if nominal_tokens.get(&written(token)) != Some(&place) {
            continue;
        }
        let Some(other) = operative_tokens.get(&written(token)).map(|&place| &operative_added[place]) else {
            difference.only_nominal.add(row(token, &operative_ids));
            continue;
        };
        for flag in
            [AddedFlag::Special, AddedFlag::SingleWord, AddedFlag::Lstrip, AddedFlag::Rstrip, AddedFlag::Normalized]
        {
            let (Some(here), Some(there)) = (flag.of(token), flag.of(other)) else { continue };
            if here == there {
                continue;
            }
            // The converter makes special what looks so.
            let converted = (nominal.origin == Origin::Gguf && here || operative.origin == Origin::Gguf && there)
                && flag == AddedFlag::Special
                && looks_special(&token.content);
            if converted {
                notes.add(ConverterRule::LooksSpecial, token.id);
                continue;
            }
            let (id, content) = (token.id, token.content.clone());
            difference.flags.add(FlagRow { id, content, flag, nominal: here, operative: there });
        }
    }
    for (place, token) in operative_added.iter().enumerate() {
        if operative_tokens.get(&written(token)) == Some(&place) && !nominal_tokens.contains_key(&written(token)) {
            difference.only_operative.add(row(token, &nominal_ids));
        }
    }
    difference
}

/// The first id of every text.
fn first_ids(side: &Description) -> HashMap<&str, u32> {
    let mut ids = HashMap::with_capacity(side.pieces.len());
    for piece in &side.pieces {
        ids.entry(piece.text.as_str()).or_insert(piece.id);
    }
    ids
}
