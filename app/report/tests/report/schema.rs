//! The schema that travels along fits the reports that are written, and refuses what it should.

use parallax_report::preview;
use serde_json::{Value, json};

use crate::fixture::content;

/// The first place where a value does not fit a schema; knows the keywords that our schema uses, and refuses others.
fn misfit(schema: &Value, value: &Value, root: &Value, at: &str) -> Option<String> {
    let Value::Object(keywords) = schema else {
        return Some(format!("{at}: the schema is no object"));
    };
    for (keyword, rule) in keywords {
        let fits = match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" => true,
            "$ref" => {
                let name = rule.as_str()?.strip_prefix("#/$defs/")?;
                if let Some(found) = misfit(&root["$defs"][name], value, root, at) {
                    return Some(found);
                }
                true
            }
            "type" => match rule {
                Value::Array(kinds) => kinds.iter().any(|kind| is_kind(kind, value)),
                kind => is_kind(kind, value),
            },
            "const" => rule == value,
            "enum" => rule.as_array()?.contains(value),
            "anyOf" => rule.as_array()?.iter().any(|one| misfit(one, value, root, at).is_none()),
            "oneOf" => rule.as_array()?.iter().filter(|one| misfit(one, value, root, at).is_none()).count() == 1,
            "allOf" => {
                if let Some(found) = rule.as_array()?.iter().find_map(|one| misfit(one, value, root, at)) {
                    return Some(found);
                }
                true
            }
            "required" => {
                let names = rule.as_array()?.iter().filter_map(Value::as_str);
                value.as_object().is_none_or(|object| names.into_iter().all(|name| object.contains_key(name)))
            }
            "properties" => {
                for (name, one) in rule.as_object()? {
                    if let Some(found) =
                        value.get(name).and_then(|part| misfit(one, part, root, &format!("{at}/{name}")))
                    {
                        return Some(found);
                    }
                }
                true
            }
            "additionalProperties" => {
                let object = value.as_object();
                if let Some(found) = object.and_then(|object| {
                    object.iter().find_map(|(name, part)| misfit(rule, part, root, &format!("{at}/{name}")))
                }) {
                    return Some(found);
                }
                true
            }
            "items" => {
                let list = value.as_array();
                if let Some(found) = list.and_then(|list| {
                    list.iter()
                        .enumerate()
                        .find_map(|(position, part)| misfit(rule, part, root, &format!("{at}/{position}")))
                }) {
                    return Some(found);
                }
                true
            }
            "minItems" => value.as_array().is_none_or(|list| list.len() as u64 >= rule.as_u64().unwrap_or(0)),
            "maxItems" => value.as_array().is_none_or(|list| list.len() as u64 <= rule.as_u64().unwrap_or(0)),
            "minLength" => value.as_str().is_none_or(|text| text.chars().count() as u64 >= rule.as_u64().unwrap_or(0)),
            "maxLength" => value.as_str().is_none_or(|text| text.chars().count() as u64 <= rule.as_u64().unwrap_or(0)),
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap_or(0.0)),
            // Patterns are for readers with a full validator; the draft check holds the same rules here.
            "pattern" | "not" => true,
            other => {
                return Some(format!("the schema uses `{other}`, which this test does not know"));
            }
        };
        if !fits {
            return Some(format!("{at}: {keyword} {rule}"));
        }
    }
    None
}

fn is_kind(kind: &Value, value: &Value) -> bool {
    match kind.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("number") => value.is_number(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        _ => false,
    }
}

fn files() -> (Value, Value) {
    let files = preview(&content()).unwrap();
    let read = |path: &str| -> Value {
        serde_json::from_str(&files.iter().find(|file| file.path == path).unwrap().content).unwrap()
    };
    (read("data/schema/contestation-report-0.1.schema.json"), read("data/report.json"))
}

#[test]
fn the_report_fits_the_schema_that_travels_with_it() {
    let (schema, report) = files();
    assert_eq!(misfit(&schema, &report, &schema, ""), None, "the report fits");
}

#[test]
fn every_field_of_the_report_is_described() {
    fn undescribed(schema: &Value, value: &Value, root: &Value, at: &str) -> Vec<String> {
        let schema = match schema.get("$ref").and_then(Value::as_str) {
            Some(name) => &root["$defs"][name.trim_start_matches("#/$defs/")],
            None => schema,
        };
        let schema = match schema.get("anyOf").or(schema.get("allOf")).and_then(Value::as_array) {
            Some(options) => return undescribed(&options[0], value, root, at),
            None => schema,
        };
        match value {
            Value::Object(object) if schema.get("properties").is_some() => object
                .iter()
                .flat_map(|(name, part)| match schema["properties"].get(name) {
                    Some(one) => undescribed(one, part, root, &format!("{at}/{name}")),
                    None => vec![format!("{at}/{name}")],
                })
                .collect(),
            Value::Array(list) => list
                .iter()
                .flat_map(|part| undescribed(schema.get("items").unwrap_or(&Value::Null), part, root, at))
                .collect(),
            _ => Vec::new(),
        }
    }
    let (schema, report) = files();
    assert_eq!(
        undescribed(&schema, &report, &schema, ""),
        Vec::<String>::new(),
        "wire and schema have the same fields"
    );
}

#[test]
fn a_report_without_its_parts_does_not_fit() {
    let (schema, report) = files();
    for part in ["schema", "id", "revision", "created", "status", "contest", "subject", "consent"] {
        let mut broken = report.clone();
        broken.as_object_mut().unwrap().remove(part);
        assert!(misfit(&schema, &broken, &schema, "").is_some(), "`{part}` is required");
    }
    let mut broken = report.clone();
    broken["contest"]["kinds"] = json!(["other"]);
    assert!(misfit(&schema, &broken, &schema, "").is_some(), "an unknown kind does not fit");
    let mut broken = report;
    broken["findings"][0]["limits"] = json!([]);
    assert!(misfit(&schema, &broken, &schema, "").is_some(), "a finding without a limit does not fit");
}
