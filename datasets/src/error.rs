//! Why a suite or its templates were refused; each message names the file, and the line where there is one.

/// A suite or its templates could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A file or folder is not there.
    #[error("`{path}` does not exist")]
    Missing {
        /// The path asked for.
        path: String,
    },
    /// The path is there but is no folder.
    #[error("`{path}` is not a folder; a suite is a folder with `suite.toml` and `items.jsonl`")]
    NotAFolder {
        /// The path asked for.
        path: String,
    },
    /// The operating system refused to open or read a file.
    #[error("cannot read `{path}`: {reason}")]
    Unreadable {
        /// The path asked for.
        path: String,
        /// What the operating system said.
        reason: String,
    },
    /// A file is larger than is read.
    #[error("`{file}` holds more than {limit} bytes, the most that is read")]
    TooLarge {
        /// The file.
        file: String,
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// A line breaks a rule of the format.
    #[error("`{file}` line {line}: {fault}")]
    Refused {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The rule that it breaks.
        fault: Fault,
    },
    /// No shipped suite has this id.
    #[error("no suite named `{id}` is shipped")]
    NotShipped {
        /// The id asked for.
        id: String,
    },
}

/// The rule of the format that a line breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The bytes are not text.
    #[error("not valid UTF-8")]
    NotUtf8,
    /// The file is not TOML, or has a field too many or too few.
    #[error("{0}")]
    Toml(String),
    /// The line is not a JSON object with the fields of an item.
    #[error("not an item: {reason} (column {column})")]
    Json {
        /// What the parser said.
        reason: String,
        /// Where on the line, in bytes from 1.
        column: usize,
    },
    /// An id that cannot be part of a name such as `suite/category`.
    #[error("{what} id `{id}` may hold only ASCII letters, digits, `-` and `_`, at most 64")]
    BadName {
        /// What the id names.
        what: &'static str,
        /// The id as written.
        id: String,
    },
    /// An item or group id that is empty, too long or holds white space.
    #[error("{what} id `{id}` must have 1 to 200 characters and no white space or control character")]
    BadId {
        /// What the id names.
        what: &'static str,
        /// The id as written, shortened.
        id: String,
    },
    /// Not the form of a language tag.
    #[error("language `{language}` is not a language tag such as `en` or `kn`")]
    BadLanguage {
        /// The language as written.
        language: String,
    },
    /// Fewer than two categories: nothing can be told apart.
    #[error("a suite needs at least 2 categories and this one has {found}")]
    FewCategories {
        /// How many the file has.
        found: usize,
    },
    /// Items of fewer than two categories: nothing can be told apart.
    #[error("all items are of category `{category}`; a suite needs items of at least 2 categories")]
    OneCategoryUsed {
        /// The only category that has items.
        category: String,
    },
    /// An id is given twice.
    #[error("{what} id `{id}` was given before on line {first_line}")]
    DuplicateId {
        /// What the id names.
        what: &'static str,
        /// The id.
        id: String,
        /// Where it was given first.
        first_line: usize,
    },
    /// A title, label, meaning or word that is empty.
    #[error("empty {what}")]
    Empty {
        /// What is empty.
        what: String,
    },
    /// An item of a category that `suite.toml` does not have.
    #[error("item `{item}` is of category `{category}`, which `suite.toml` does not have")]
    UnknownCategory {
        /// The item.
        item: String,
        /// The category as written.
        category: String,
    },
    /// An item in a language that a category has no label for.
    #[error("item `{item}` is in language `{language}`, for which category `{category}` has no label in `suite.toml`")]
    NoLabel {
        /// The item.
        item: String,
        /// Its language.
        language: String,
        /// The category that lacks the label.
        category: String,
    },
    /// An item without text.
    #[error("item `{item}` has no text")]
    EmptyText {
        /// The item.
        item: String,
    },
    /// A text longer than is read.
    #[error("item `{item}` has {found} characters; at most {limit} are read")]
    LongText {
        /// The item.
        item: String,
        /// Its length in characters.
        found: usize,
        /// The most that is read.
        limit: usize,
    },
    /// One text under two categories in one language: no reader could be right about both.
    #[error(
        "item `{item}` of category `{category}` has the same text as line {first_line}, which is of category `{other}`"
    )]
    TextInTwoCategories {
        /// The item.
        item: String,
        /// Its category.
        category: String,
        /// Where the text stood first.
        first_line: usize,
        /// The category there.
        other: String,
    },
    /// No items at all.
    #[error("no items")]
    NoItems,
    /// More items than are read.
    #[error("more than {limit} items")]
    ManyItems {
        /// The most that is read.
        limit: usize,
    },
    /// No template groups at all.
    #[error("no groups")]
    NoGroups,
    /// A brace without its partner, or one choice inside another.
    #[error("group `{group}`, language `{language}`: a `{{` and its `}}` do not match")]
    Braces {
        /// The group.
        group: String,
        /// The language.
        language: String,
    },
    /// A choice between braces that has an empty value or one value twice.
    #[error("group `{group}`, language `{language}`: `{{{choice}}}` needs values that are distinct and not empty")]
    BadChoice {
        /// The group.
        group: String,
        /// The language.
        language: String,
        /// What stands between the braces.
        choice: String,
    },
    /// More sentences from one template than are counted.
    #[error("group `{group}`, language `{language}`: more than {limit} possible sentences")]
    ManySentences {
        /// The group.
        group: String,
        /// The language.
        language: String,
        /// The most that are counted.
        limit: usize,
    },
    /// Groups are parallel: each must be written in every language.
    #[error("group `{group}` is not written in the same languages as the first group")]
    UnevenLanguages {
        /// The group.
        group: String,
    },
    /// A group id that does not begin with its category.
    #[error("group id `{group}` is not of the form `category/number`")]
    BadGroup {
        /// The group.
        group: String,
    },
    /// More items asked from a group than it has sentences.
    #[error("group `{group}`, language `{language}`: {asked} distinct sentences asked, {possible} possible")]
    FewSentences {
        /// The group.
        group: String,
        /// The language.
        language: String,
        /// How many were asked for.
        asked: usize,
        /// How many there are.
        possible: usize,
    },
}

impl Error {
    /// The rule broken at a line of a file.
    pub(crate) fn at(file: &str, line: usize, fault: Fault) -> Error {
        Error::Refused { file: file.to_owned(), line, fault }
    }
}
