//! Rows that hold one value of either side, and lists that are bounded.

use super::converter::{ConverterRule, Notes};
use crate::description::{Description, NamedToken, Origin, PropertyName, Role, Stated};

/// The most rows of one sort that are listed.
const MOST_LISTED: usize = 32;

/// Rows of one sort: the first of them, and how many more there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examples<T> {
    /// The first rows, at most 32.
    pub listed: Vec<T>,
    /// How many more there are.
    pub left_out: usize,
}

impl<T> Default for Examples<T> {
    fn default() -> Self {
        Examples { listed: Vec::new(), left_out: 0 }
    }
}

impl<T> Examples<T> {
    /// All rows, listed or not.
    pub fn count(&self) -> usize {
        self.listed.len() + self.left_out
    }

    pub(crate) fn add(&mut self, row: T) {
        if self.listed.len() < MOST_LISTED {
            self.listed.push(row);
        } else {
            self.left_out += 1;
        }
    }
}

/// Whether two values are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// They are.
    Same,
    /// They are not.
    Differs,
    /// One side does not say.
    Unknown,
}

impl Comparison {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Comparison::Same => "same",
            Comparison::Differs => "differs",
            Comparison::Unknown => "unknown",
        }
    }

    pub(crate) fn of<T: PartialEq>(nominal: Option<&T>, operative: Option<&T>) -> Self {
        match (nominal, operative) {
            (Some(nominal), Some(operative)) if nominal == operative => Comparison::Same,
            (Some(_), Some(_)) => Comparison::Differs,
            _ => Comparison::Unknown,
        }
    }
}

/// One property on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyRow {
    /// Which.
    pub name: PropertyName,
    /// The nominal side's value.
    pub nominal: Stated<String>,
    /// The operative side's value.
    pub operative: Stated<String>,
    /// Whether they are the same.
    pub comparison: Comparison,
}

/// One role on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRow {
    /// Which.
    pub role: Role,
    /// The nominal side's token; a stated `None` is a role that nothing fills.
    pub nominal: Stated<Option<NamedToken>>,
    /// The operative side's token.
    pub operative: Stated<Option<NamedToken>>,
    /// Whether id and text are the same.
    pub comparison: Comparison,
}

pub(super) fn compare_properties(nominal: &Description, operative: &Description) -> Vec<PropertyRow> {
    let row = |name| {
        let (nominal, operative) = (nominal.property(name).clone(), operative.property(name).clone());
        let comparison = Comparison::of(nominal.value(), operative.value());
        PropertyRow { name, nominal, operative, comparison }
    };
    PropertyName::ALL.into_iter().map(row).collect()
}

pub(super) fn compare_roles(nominal: &Description, operative: &Description, notes: &mut Notes) -> Vec<RoleRow> {
    let mut row = |role| {
        let (first, second) = (nominal.role(role).clone(), operative.role(role).clone());
        let mut comparison = Comparison::of(first.value(), second.value());
        // A token that is only guessed from its name, or a default that nobody wrote, proves no difference.
        let assumed = [&first, &second].into_iter().any(|token| matches!(token, Stated::Assumed { .. }));
        if comparison == Comparison::Differs && assumed {
            comparison = Comparison::Unknown;
        }
        let converted = match (nominal.origin, operative.origin) {
            (Origin::TokenizerJson, Origin::Gguf) => taken_over(role, nominal, operative),
            (Origin::Gguf, Origin::TokenizerJson) => taken_over(role, operative, nominal),
            _ => None,
        };
        if let Some(id) = converted {
            notes.add(ConverterRule::RoleFromOther, id);
            comparison = Comparison::Unknown;
        }
        RoleRow { role, nominal: first, operative: second, comparison }
    };
    Role::ALL.into_iter().map(&mut row).collect()
}

/// The id that a GGUF gives to a role which its published file gives to nothing, where it is that of another role there.
fn taken_over(role: Role, published: &Description, gguf: &Description) -> Option<u32> {
    let other = match role {
        Role::Begin => Role::Classifier,
        Role::End => Role::Separator,
        _ => return None,
    };
    let named = |side: &Description, role| side.role(role).value().and_then(Option::as_ref).cloned();
    let token = named(gguf, role)?;
    (named(published, role).is_none() && named(published, other) == Some(token.clone())).then_some(token.id)
}
