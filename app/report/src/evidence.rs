//! The evidence files of a bundle: item texts as they were asked, and the numbers behind findings and categories.

use std::collections::{BTreeMap, BTreeSet};

use parallax_wire::{Annotation, Audit, Decision, Finding, ItemRecord, SuiteSummary, TargetKind};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::Error;
use crate::content::{BundleContent, ItemIndex};

/// Where evidence lies inside a bundle, by what it is evidence of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    /// Path and bytes of each file.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// Path of an item's text, by suite and id.
    pub(crate) item_texts: BTreeMap<(String, String), String>,
    /// Path of a finding's numbers, by its id.
    pub(crate) findings: BTreeMap<String, String>,
    /// Path of a category's labels, by `suite/id`.
    pub(crate) categories: BTreeMap<String, String>,
}

/// SHA-256 in hex.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// JSON as it stands in every file of a bundle: indented, with a line end.
pub(crate) fn json_bytes(value: &impl serde::Serialize) -> Result<Vec<u8>, Error> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Suite and category id of a category named as `suite/id`.
pub(crate) fn category_of<'a>(audit: &'a Audit, path: &str) -> Option<(&'a SuiteSummary, &'a str)> {
    audit.suites.iter().find_map(|suite| {
        let id = path.strip_prefix(suite.id.as_str())?.strip_prefix('/')?;
        suite.categories.iter().find(|category| *category == id).map(|category| (suite, category.as_str()))
    })
}

/// The file name for something with the given name: the name itself where it is plain, a hash of it otherwise.
///
/// Names inside a bundle are lower-case ASCII, so that no file system changes, folds or refuses them.
fn file_stem(kind: &str, name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    if !name.is_empty() && name.len() <= 80 && name.bytes().all(plain) {
        format!("{kind}-{name}")
    } else {
        format!("{kind}-x{}", &sha256_hex(name.as_bytes())[..24])
    }
}

impl Evidence {
    /// The evidence that the included findings and annotations rest on, and nothing else.
    ///
    /// # Errors
    /// When a value cannot be written as JSON.
    pub(crate) fn of(content: &BundleContent) -> Result<Self, Error> {
        let index = ItemIndex::new(&content.items);
        let mut evidence = Self::default();
        for item in relied_upon(content, &index) {
            evidence.add_item(item)?;
        }
        for finding in &content.report.findings {
            evidence.add_finding(finding, &index)?;
        }
        for annotation in &content.annotations {
            if annotation.target == TargetKind::Category {
                evidence.add_category(content, annotation)?;
            }
        }
        Ok(evidence)
    }

    fn add_item(&mut self, item: &ItemRecord) -> Result<(), Error> {
        let stem = file_stem("item", &format!("{}--{}", item.suite, item.id));
        let stem = if self.files.contains_key(&format!("data/evidence/{stem}.txt")) {
            // Two items share a plain name only when the separator stands inside an id.
            file_stem("item", &format!("{}/{}", item.suite, item.id))
        } else {
            stem
        };
        let text = format!("data/evidence/{stem}.txt");
        let record = json!({
            "category": item.category,
            "decisions": item.decisions.iter().map(decision_json).collect::<Vec<_>>(),
            "group": item.group,
            "id": item.id,
            "language": item.language,
            "moved": item.moved,
            "nominal_neighbours": item.nominal_neighbours,
            "nominal_unknown_words": item.nominal_unknown_words,
            "operative_neighbours": item.operative_neighbours,
            "operative_unknown_words": item.operative_unknown_words,
            "same_tokens": item.same_tokens,
            "suite": item.suite,
            "text": {"path": text, "sha256": sha256_hex(item.text.as_bytes())},
            "words": item.words,
        });
        self.files.insert(format!("data/evidence/{stem}.json"), json_bytes(&record)?);
        self.files.insert(text.clone(), item.text.clone().into_bytes());
        self.item_texts.insert((item.suite.clone(), item.id.clone()), text);
        Ok(())
    }

    fn add_finding(&mut self, finding: &Finding, index: &ItemIndex) -> Result<(), Error> {
        let items: Vec<Value> = index
            .of_finding(finding)
            .into_iter()
            .filter_map(Result::ok)
            .map(|item| {
                let path = self.item_texts.get(&(item.suite.clone(), item.id.clone()));
                json!({
                    "id": item.id,
                    "path": path,
                    "sha256": sha256_hex(item.text.as_bytes()),
                    "suite": item.suite,
                })
            })
            .collect();
        let record = json!({
            "adjusted_p": finding.adjusted_p,
            "effect": finding.effect,
            "id": finding.id,
            "interval": finding.interval,
            "items": items,
            "measure": finding.measure,
            "params": finding.params,
            "reader": finding.reader,
            "sentence": finding.sentence,
            "statement_id": finding.statement_id,
            "tap": finding.tap,
        });
        let path = format!("data/evidence/{}.json", file_stem("finding", &finding.id.to_ascii_lowercase()));
        self.files.insert(path.clone(), json_bytes(&record)?);
        self.findings.insert(finding.id.clone(), path);
        Ok(())
    }

    fn add_category(&mut self, content: &BundleContent, annotation: &Annotation) -> Result<(), Error> {
        let Some((suite, category)) = category_of(&content.audit, &annotation.target_id) else {
            return Ok(());
        };
        let by_language = |texts: &BTreeMap<String, BTreeMap<String, String>>| -> BTreeMap<String, String> {
            texts
                .iter()
                .filter_map(|(language, of)| of.get(category).map(|text| (language.clone(), text.clone())))
                .collect()
        };
        let record = json!({
            "id": category,
            "labels": by_language(&suite.labels),
            "meanings": by_language(&suite.meanings),
            "suite": suite.id,
            "suite_sha256": suite.sha256,
        });
        let name = format!("{}--{category}", suite.id);
        let path = format!("data/evidence/{}.json", file_stem("category", &name));
        self.files.insert(path.clone(), json_bytes(&record)?);
        self.categories.insert(annotation.target_id.clone(), path);
        Ok(())
    }
}

fn decision_json(decision: &Decision) -> Value {
    json!({
        "nominal": decision.nominal,
        "nominal_margin": decision.nominal_margin,
        "operative": decision.operative,
        "operative_margin": decision.operative_margin,
        "reader": decision.reader,
    })
}

/// The items that included findings and annotations name, in the order of suite and id.
fn relied_upon<'a>(content: &'a BundleContent, index: &ItemIndex<'a>) -> Vec<&'a ItemRecord> {
    let mut keys = BTreeSet::new();
    for finding in &content.report.findings {
        for item in index.of_finding(finding).into_iter().filter_map(Result::ok) {
            keys.insert((item.suite.as_str(), item.id.as_str()));
        }
    }
    for annotation in &content.annotations {
        if annotation.target == TargetKind::Item
            && let Some(item) = index.by_path(&annotation.target_id)
        {
            keys.insert((&item.suite, &item.id));
        }
    }
    keys.into_iter().filter_map(|(suite, id)| index.get(suite, id)).collect()
}
