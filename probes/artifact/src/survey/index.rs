//! `model.safetensors.index.json`: which tensor lies in which file. No path in it leads out of the folder.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use super::fault::IndexFault;
use crate::error::shown;
use crate::json::{self, JsonFault};

/// The most bytes of an index; that of a model with 200,000 tensors has about 25 MB.
const MOST_BYTES: usize = 64 << 20;
/// The most tensors that all files of a variant may hold.
pub(super) const MOST_TENSORS: usize = 1 << 20;
/// The most files of one variant; real ones have under 300.
pub(super) const MOST_SHARDS: usize = 4_096;

/// What an index says.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Index {
    /// Positions in `shards` by tensor.
    pub(crate) weight_map: BTreeMap<String, usize>,
    /// Names of the files, sorted.
    pub(crate) shards: Vec<String>,
    /// `metadata.total_size`, when it is a whole number: bytes of all tensors.
    pub(crate) total_size: Option<u64>,
}

/// Reads an index. File names are checked by [`checked_shards`].
pub(crate) fn parse(bytes: &[u8]) -> Result<Index, JsonFault> {
    if bytes.len() > MOST_BYTES {
        return Err(JsonFault::TooLarge { size: bytes.len(), most: MOST_BYTES });
    }
    json::read_with(bytes, Top)
}

/// Refuses an index without tensors, with too many files, or with a name that is not one of a file beside it.
pub(crate) fn check(index: &Index) -> Result<(), IndexFault> {
    if index.weight_map.is_empty() {
        return Err(IndexFault::Empty);
    }
    if index.shards.len() > MOST_SHARDS {
        return Err(IndexFault::TooManyShards { count: index.shards.len(), most: MOST_SHARDS });
    }
    for (tensor, &shard) in &index.weight_map {
        let name = index.shards[shard].as_str();
        if !is_shard_name(name) {
            return Err(IndexFault::ShardName { tensor: shown(tensor), shard: shown(name) });
        }
    }
    Ok(())
}

/// Whether a name is that of a safetensors file in the folder itself.
fn is_shard_name(name: &str) -> bool {
    name.len() <= 255
        && name.ends_with(".safetensors")
        && !name.starts_with('.')
        && !name.chars().any(|character| matches!(character, '/' | '\\' | ':') || character.is_control())
}

struct Top;

impl<'de> DeserializeSeed<'de> for Top {
    type Value = Index;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Index, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top {
    type Value = Index;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with `weight_map`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Index, A::Error> {
        let mut seen = Vec::new();
        let mut found = None;
        let mut total_size = None;
        while let Some(key) = map.next_key::<String>()? {
            if seen.contains(&key) {
                return Err(A::Error::custom(format_args!("key `{}` occurs twice", shown(&key))));
            }
            match key.as_str() {
                "weight_map" => found = Some(map.next_value_seed(WeightMap)?),
                "metadata" => {
                    let left = std::cell::Cell::new(json::MOST_VALUES);
                    let metadata = map.next_value_seed(json::Tree { left: &left })?;
                    // transformers once wrote it as a fraction.
                    let stated = metadata.get("total_size");
                    total_size = stated.and_then(|size| size.as_u64().or_else(|| whole(size.as_f64()?)));
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            if seen.len() == 64 {
                return Err(A::Error::custom("more keys than an index has"));
            }
            seen.push(key);
        }
        let (weight_map, shards) = found.ok_or_else(|| A::Error::missing_field("weight_map"))?;
        Ok(Index { weight_map, shards, total_size })
    }
}

/// A fraction that is a whole number which both kinds of number hold exactly.
fn whole(value: f64) -> Option<u64> {
    (value >= 0.0 && value <= (1u64 << 53) as f64 && value.fract() == 0.0).then_some(value as u64)
}

struct WeightMap;

impl<'de> DeserializeSeed<'de> for WeightMap {
    type Value = (BTreeMap<String, usize>, Vec<String>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for WeightMap {
    type Value = (BTreeMap<String, usize>, Vec<String>);

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of file names by tensor")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        // Many tensors share a file: its name is kept once.
        let mut numbers = BTreeMap::new();
        let mut tensors = BTreeMap::new();
        while let Some((tensor, shard)) = map.next_entry::<String, String>()? {
            let next = numbers.len();
            let number = *numbers.entry(shard).or_insert(next);
            if tensors.len() == MOST_TENSORS {
                return Err(A::Error::custom(format_args!("more than {MOST_TENSORS} tensors")));
            }
            if tensors.contains_key(&tensor) {
                return Err(A::Error::custom(format_args!("tensor `{}` occurs twice", shown(&tensor))));
            }
            tensors.insert(tensor, number);
        }
        // From the order of their first tensors to the order of their names.
        let mut rank = vec![0; numbers.len()];
        for (position, &number) in numbers.values().enumerate() {
            rank[number] = position;
        }
        tensors.values_mut().for_each(|number| *number = rank[*number]);
        Ok((tensors, numbers.into_keys().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_numbered_in_the_order_of_their_names() {
        let text = r#"{"weight_map": {"x": "b.safetensors", "y": "a.safetensors", "z": "b.safetensors"}}"#;
        let index = parse(text.as_bytes()).expect("it is an index");
        assert_eq!(index.shards, ["a.safetensors", "b.safetensors"], "sorted, each once");
        let by_name: Vec<_> = index.weight_map.iter().map(|(name, &file)| (name.as_str(), file)).collect();
        assert_eq!(by_name, [("x", 1), ("y", 0), ("z", 1)], "each tensor in its own file");
    }
}
