//! Texts to token ids, as the published tokenizer reads them and as the deployed engine does, and how two tokenizers differ.
//! It knows no weights and no categories, and decides nothing about what a difference means.

mod coverage;
mod description;
mod difference;
mod engine;
mod error;
mod generation;
mod json;
mod lines;
mod published;
mod reference;
mod sentence_piece;
mod template;
mod tokenizer;
mod vocabulary;

pub use coverage::{FirstDifference, LanguageCoverage, Sample, SideCounts, compare_on_texts};
pub use description::{
    AddedToken, Description, Look, Merge, ModelKind, NamedToken, Oddities, Oddity, Origin, Part, Piece, PieceKind,
    Property, PropertyName, Role, Stated, describe_gguf, describe_json, looks,
};
pub use difference::{
    AddedDifference, AddedFlag, AddedRow, ChangedMerge, Comparison, ConverterNote, ConverterRule, Examples, FlagRow,
    MergeRow, MergesDifference, MovedMerge, MovedRow, PieceRow, PropertyRow, RoleRow, ScoreRow, ScoresDifference,
    Shift, SwapRow, TokenizerDifference, VocabularyDifference, difference,
};
pub use error::Error;
pub use generation::{
    GenerationRow, GenerationSetting, compare_generation, generation_settings_gguf, generation_settings_json,
};
pub use lines::LineChange;
pub use template::{
    ChatTemplate, TemplateFacts, TemplateRow, chat_templates_gguf, chat_templates_json, compare_templates,
};
pub use tokenizer::{Encoding, Reading, SpecialTokens, Tokenizer};
