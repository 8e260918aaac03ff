//! Why a sentence could not be said.

/// Why a sentence could not be said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No Fluent file has this message.
    #[error("no sentence has the id `{id}`")]
    UnknownMessage {
        /// Id that was asked for.
        id: String,
    },
    /// No statement has this id.
    #[error("no statement has the id `{id}`")]
    UnknownStatement {
        /// Id that was asked for.
        id: String,
    },
    /// A slot of the sentence has no value.
    #[error("the sentence `{id}` needs a value for `{param}`")]
    MissingParam {
        /// Id of the sentence.
        id: String,
        /// Name of the slot.
        param: String,
    },
    /// A slot of the statement has a value of another kind.
    #[error("the statement `{id}` needs {expected} for `{param}`")]
    WrongParam {
        /// Id of the statement.
        id: String,
        /// Name of the slot.
        param: String,
        /// What kind of value it needs.
        expected: &'static str,
    },
    /// The numbers do not allow the statement.
    #[error("the statement `{statement}` may not be made: {reason}")]
    GuardFailed {
        /// Id of the statement.
        statement: String,
        /// Which condition does not hold.
        reason: String,
    },
    /// A Fluent file is broken in a way that only shows when the sentence is said.
    #[error("the sentence `{id}` cannot be said: {reason}")]
    Broken {
        /// Id of the sentence.
        id: String,
        /// What Fluent says of it.
        reason: String,
    },
}
