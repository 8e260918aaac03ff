//! The post-processor of a `tokenizer.json`: which tokens are put before, after and between texts.
//! Forms: the tokenizers library, `processors/{template,bert,roberta}.rs`.

use super::checks::Lexicon;
use super::property::{Answers, PropertyName, Stated};
use super::steps::flatten;
use crate::error::Error;
use crate::json::Json;
use crate::published::unusable;

/// Ids around texts, and the roles that some forms give them.
#[derive(Default)]
pub(super) struct Around {
    before: Vec<u32>,
    after: Vec<u32>,
    between: Vec<u32>,
    pub(super) classifier: Option<u32>,
    pub(super) separator: Option<u32>,
}

/// Reads the post-processor and answers the questions about it.
///
/// # Errors
/// A form with a missing field, or a template that names a token it does not define.
pub(super) fn answer(
    file: &str,
    part: Option<&Json<'_>>,
    lexicon: &Lexicon<'_>,
    answers: &mut Answers,
) -> Result<Around, Error> {
    let mut around = Around::default();
    for step in flatten(part, "processors") {
        match step.get("type").and_then(Json::text) {
            Some(kind @ ("BertProcessing" | "RobertaProcessing")) => {
                let id = |key: &str| match step.get(key).and_then(Json::list) {
                    Some([Json::Text(_), id]) if id.u32().is_some() => Ok(id.u32().unwrap_or_default()),
                    _ => Err(unusable(file, format_args!("its `{kind}` has no usable `{key}`"))),
                };
                let (cls, sep) = (id("cls")?, id("sep")?);
                around.before.insert(0, cls);
                around.after.push(sep);
                around.between.push(sep);
                if kind == "RobertaProcessing" {
                    around.between.push(sep);
                }
                (around.classifier, around.separator) = (Some(cls), Some(sep));
            }
            Some("TemplateProcessing") => {
                let single = template(file, step, "single")?;
                let pair = template(file, step, "pair")?;
                let first = single.iter().position(|part| *part == Slot::First).unwrap_or(single.len());
                around.before.splice(0..0, single[..first].iter().flat_map(Slot::ids));
                around.after.extend(single.get(first + 1..).unwrap_or_default().iter().flat_map(Slot::ids));
                let place = |slot| pair.iter().position(|part| *part == slot);
                if let (Some(first), Some(second)) = (place(Slot::First), place(Slot::Second)) {
                    let between = pair.get(first + 1..second).unwrap_or_default();
                    around.between.extend(between.iter().flat_map(Slot::ids));
                }
            }
            // It only moves offsets.
            Some("ByteLevel") => {}
            _ => {
                for name in [PropertyName::Before, PropertyName::After, PropertyName::Between] {
                    let why = "a post-processor is of a type that this reader does not know";
                    answers.set(name, Stated::Unknown { why });
                }
                return Ok(around);
            }
        }
    }
    let shown = |ids: &[u32]| match ids {
        [] => "none".to_owned(),
        ids => ids.iter().map(|&id| lexicon.shown(id)).collect::<Vec<_>>().join(" "),
    };
    answers.state(PropertyName::Before, shown(&around.before));
    answers.state(PropertyName::After, shown(&around.after));
    answers.state(PropertyName::Between, shown(&around.between));
    Ok(around)
}

/// A place in a template.
#[derive(PartialEq)]
enum Slot {
    First,
    Second,
    Special(Vec<u32>),
}

impl Slot {
    fn ids(&self) -> Vec<u32> {
        match self {
            Slot::Special(ids) => ids.clone(),
            Slot::First | Slot::Second => Vec::new(),
        }
    }
}

/// A template's places; a special token is what its definition says and not what it is called.
fn template(file: &str, step: &Json<'_>, key: &str) -> Result<Vec<Slot>, Error> {
    let wrong = || unusable(file, format_args!("its `TemplateProcessing` has no usable `{key}`"));
    let list = step.get(key).and_then(Json::list).ok_or_else(wrong)?;
    list.iter()
        .map(|place| {
            if let Some(sequence) = place.get("Sequence") {
                return match sequence.get("id").and_then(Json::text) {
                    Some("A") => Ok(Slot::First),
                    Some("B") => Ok(Slot::Second),
                    _ => Err(wrong()),
                };
            }
            let name = place.get("SpecialToken").and_then(|token| token.get("id")).and_then(Json::text);
            let name = name.ok_or_else(wrong)?;
            let ids = step.get("special_tokens").and_then(|all| all.get(name)).and_then(|token| token.get("ids"));
            let ids: Option<Vec<u32>> = ids.and_then(Json::list).and_then(|ids| ids.iter().map(Json::u32).collect());
            ids.map(Slot::Special).ok_or_else(|| unusable(file, format_args!("its template does not define `{name}`")))
        })
        .collect()
}
