//! Split GGUF files: their names, and what each says about the set it belongs to.
//! Format: `llama_split_path` in llama.cpp's `src/llama.cpp`, and the keys of its `tools/gguf-split`.

use super::fault::SplitFault;
use crate::GgufMetadata;

/// The most files of a set; names have five digits, and llama.cpp keeps the number in 16 bits.
pub(super) const MOST_FILES: u64 = 4_096;

/// A name such as `model-00001-of-00003.gguf`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SplitName {
    /// What stands before the numbers.
    prefix: String,
    /// Which file of the set, counted from 1.
    pub(crate) number: u64,
    /// Files in the set.
    pub(crate) count: u64,
}

impl SplitName {
    /// Takes a name apart; `None` when it has not that shape.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let stem = name.strip_suffix(".gguf")?;
        let (rest, count) = stem.rsplit_once("-of-")?;
        let (prefix, number) = rest.rsplit_once('-')?;
        let digits = |text: &str| {
            (text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse::<u64>().ok())?
        };
        Some(SplitName { prefix: prefix.to_owned(), number: digits(number)?, count: digits(count)? })
    }

    /// Refuses a number that no file of the set has, and sets that are too large.
    pub(crate) fn check(&self) -> Result<(), SplitFault> {
        let SplitName { number, count, .. } = *self;
        if number == 0 || number > count || count > MOST_FILES {
            return Err(SplitFault::Place { number, count, most: MOST_FILES });
        }
        Ok(())
    }

    /// The name of another file of the set, counted from 1.
    pub(crate) fn file(&self, number: u64) -> String {
        format!("{}-{number:05}-of-{:05}.gguf", self.prefix, self.count)
    }

    /// Whether two names belong to one set.
    pub(crate) fn is_beside(&self, other: &SplitName) -> bool {
        self.prefix == other.prefix && self.count == other.count
    }
}

/// What a GGUF says about the set it is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SplitKeys {
    /// `split.no`, counted from 0.
    pub(crate) number: u64,
    /// `split.count`.
    pub(crate) count: u64,
    /// `split.tensors.count`: tensors of the whole set.
    pub(crate) tensors: Option<u64>,
}

impl SplitKeys {
    /// Reads the keys; `None` when the file says nothing of a set.
    pub(crate) fn read(metadata: &GgufMetadata) -> Result<Option<Self>, SplitFault> {
        let number = |key: &'static str| match metadata.get(key) {
            None => Ok(None),
            Some(_) => metadata.u64(key).map(Some).ok_or(SplitFault::Key { key }),
        };
        let tensors = number("split.tensors.count")?;
        match (number("split.no")?, number("split.count")?) {
            (None, None) => Ok(None),
            (Some(number), Some(count)) => Ok(Some(SplitKeys { number, count, tensors })),
            (None, Some(_)) => Err(SplitFault::Key { key: "split.no" }),
            (Some(_), None) => Err(SplitFault::Key { key: "split.count" }),
        }
    }

    /// Holds what a file says against its name and the number of tensors in all files.
    pub(crate) fn check(&self, name: &SplitName, all_tensors: u64) -> Result<(), SplitFault> {
        let agree = |key, stated, what, found| {
            if stated == found { Ok(()) } else { Err(SplitFault::Disagrees { key, stated, what, found }) }
        };
        agree("split.count", self.count, "the number of files in its name", name.count)?;
        agree("split.no", self.number, "its place in its name, counted from 0", name.number - 1)?;
        match self.tensors {
            Some(stated) => agree("split.tensors.count", stated, "the number of tensors in all files", all_tensors),
            None => Err(SplitFault::Key { key: "split.tensors.count" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_apart_and_put_together() {
        let name = SplitName::parse("a-of-b-00002-of-00010.gguf").expect("it is one of a set");
        assert_eq!((name.number, name.count, name.check()), (2, 10, Ok(())), "the second of ten");
        assert_eq!(name.file(10), "a-of-b-00010-of-00010.gguf", "the last of the set");
        for other in ["a.gguf", "a-1-of-2.gguf", "a-00001-of-00002.safetensors", "00001-of-00002.gguf"] {
            assert_eq!(SplitName::parse(other), None, "{other} is no file of a set");
        }
        for wrong in ["a-00000-of-00002.gguf", "a-00003-of-00002.gguf", "a-00001-of-99999.gguf"] {
            assert!(SplitName::parse(wrong).expect("it has the shape").check().is_err(), "{wrong} is no place");
        }
    }
}
