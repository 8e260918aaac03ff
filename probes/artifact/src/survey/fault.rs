//! What makes a set of weight files unusable: an index that does not fit them, shards that do not fit together.

use thiserror::Error;

/// What is wrong with `model.safetensors.index.json`.
#[derive(Clone, Debug, PartialEq, Error)]
#[expect(missing_docs, reason = "the message beside each variant says what its values are")]
pub enum IndexFault {
    #[error("`weight_map` names no tensors")]
    Empty,
    #[error("`weight_map.{tensor}` names `{shard}`, which is not a plain name of a `.safetensors` file beside it")]
    ShardName { tensor: String, shard: String },
    #[error("`weight_map.{tensor}` names `{shard}`, which is not there")]
    ShardMissing { tensor: String, shard: String },
    #[error("`weight_map.{tensor}` names `{shard}`, which does not hold that tensor")]
    TensorMissing { tensor: String, shard: String },
    #[error("it names {count} files, more than the {most} allowed")]
    TooManyShards { count: usize, most: usize },
    #[error("its files hold {count} tensors, more than the {most} allowed")]
    TooManyTensors { count: usize, most: usize },
}

/// What is wrong with a set of split GGUF files.
#[derive(Clone, Debug, PartialEq, Error)]
#[expect(missing_docs, reason = "the message beside each variant says what its values are")]
pub enum SplitFault {
    #[error(
        "`split.count` says {count} files, but its name is not `…-00001-of-{count:05}.gguf` or another of that set"
    )]
    Name { count: u64 },
    #[error("its name says file {number} of {count}, which is no place in a set of up to {most}")]
    Place { number: u64, count: u64, most: u64 },
    #[error("it is part of a set of {count} files, and `{missing}` is not there")]
    Missing { count: u64, missing: String },
    #[error("`{key}` is missing or not a whole number")]
    Key { key: &'static str },
    #[error("`{key}` is {stated}, but {what} is {found}")]
    Disagrees { key: &'static str, stated: u64, what: &'static str, found: u64 },
    #[error("it has version {found}, and the first file of the set has version {first}")]
    Version { first: u32, found: u32 },
}
