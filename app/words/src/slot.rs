//! Conversion between the fields of a statement and the params stored with a finding.

use parallax_wire::Param;

/// Stands for "not one language but all items" in the param `language`.
///
/// It is no BCP 47 tag: primary subtags of five letters or more are reserved.
pub(crate) const EVERY_LANGUAGE: &str = "every";

/// Which of the two variants a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The published variant.
    Nominal,
    /// The deployed variant.
    Operative,
    /// Both variants.
    Both,
}

/// A field of a statement that can be stored as a param and read back.
pub(crate) trait Slot: Sized {
    /// What to call the kind of value in an error.
    const EXPECTED: &'static str;
    /// The param that stores it.
    fn to_param(&self) -> Param;
    /// The field that a param stores, or `None` when it is of another kind.
    fn from_param(param: &Param) -> Option<Self>;
}

impl Slot for u64 {
    const EXPECTED: &'static str = "a count";
    fn to_param(&self) -> Param {
        Param::Count(*self)
    }
    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Count(count) => Some(*count),
            Param::Number(_) | Param::Text(_) => None,
        }
    }
}

impl Slot for f64 {
    const EXPECTED: &'static str = "a finite number";
    fn to_param(&self) -> Param {
        Param::Number(*self)
    }
    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Number(number) if number.is_finite() => Some(*number),
            Param::Number(_) | Param::Count(_) | Param::Text(_) => None,
        }
    }
}

impl Slot for String {
    const EXPECTED: &'static str = "a text";
    fn to_param(&self) -> Param {
        Param::Text(self.clone())
    }
    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Text(text) => Some(text.clone()),
            Param::Count(_) | Param::Number(_) => None,
        }
    }
}

impl Slot for Option<String> {
    const EXPECTED: &'static str = "a language tag or `every`";
    fn to_param(&self) -> Param {
        Param::Text(self.clone().unwrap_or_else(|| EVERY_LANGUAGE.to_owned()))
    }
    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Text(text) if text == EVERY_LANGUAGE => Some(None),
            Param::Text(text) => Some(Some(text.clone())),
            Param::Count(_) | Param::Number(_) => None,
        }
    }
}

impl Slot for Which {
    const EXPECTED: &'static str = "`nominal`, `operative` or `both`";
    fn to_param(&self) -> Param {
        let word = match self {
            Self::Nominal => "nominal",
            Self::Operative => "operative",
            Self::Both => "both",
        };
        Param::Text(word.to_owned())
    }
    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Text(text) => match text.as_str() {
                "nominal" => Some(Self::Nominal),
                "operative" => Some(Self::Operative),
                "both" => Some(Self::Both),
                _ => None,
            },
            Param::Count(_) | Param::Number(_) => None,
        }
    }
}
