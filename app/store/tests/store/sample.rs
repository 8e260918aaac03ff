//! A small audit, its parts and a contestation, made by hand; no model stands behind them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use parallax_store::{Case, NewCase};
use parallax_wire::{
    AUDIT_SCHEMA, AccordLayer, AccordRef, Annotation, Ask, Audit, AuditOutcome, Consent, Contest, ContestKind,
    ContestationReport, Cost, Decision, DeployedAccess, EvidenceRef, FileIdentity, Finding, FindingMeasure,
    FindingType, FittedReader, Identity, ItemRecord, KeptWords, LocalText, MapTap, MeasureValue, Measures, Motivation,
    Param, PreflightRow, PreflightStatus, Quote, REPORT_SCHEMA, ReadText, ReaderResult, Regime, RegimeKind,
    ReportStatus, Sampling, Scope, ScoredCategory, SealReply, Series, SortedBy, SortedWords, Strength, Subject,
    SuiteMap, SuiteSummary, TapMeasures, TargetKind,
};
use tempfile::TempDir;

use crate::comparisons;

pub(crate) const DAY: &str = "2026-03-01";
pub(crate) const NEXT_DAY: &str = "2026-03-02";
pub(crate) const REPORT_ID: &str = "urn:uuid:6f1c2a34-0000-4000-8000-000000000001";

/// A folder of its own and the path of a case inside it.
pub(crate) fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("desk.parallax");
    (folder, path)
}

pub(crate) fn new_case() -> NewCase {
    NewCase {
        id: "0b6f7a1e-0000-4000-8000-000000000000".to_owned(),
        title: "Benefits desk, ಸಹಾಯ ಕೇಂದ್ರ".to_owned(),
        date: DAY.to_owned(),
    }
}

/// A case with the sample audit, in a folder of its own.
pub(crate) fn case() -> (TempDir, PathBuf, Case) {
    let (folder, path) = folder();
    let case = Case::create_with_audit(&path, &new_case(), &outcome()).expect("a new case");
    (folder, path, case)
}

/// Names of everything in a folder.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

pub(crate) fn outcome() -> AuditOutcome {
    let item = |id: &str, text: &str, language: &str, category: &str, operative: &str, moved| ItemRecord {
        suite: "livelihoods".to_owned(),
        id: id.to_owned(),
        text: text.to_owned(),
        language: language.to_owned(),
        category: category.to_owned(),
        group: format!("group-{language}"),
        same_tokens: language != "kn",
        nominal_unknown_words: 0,
        operative_unknown_words: u64::from(language == "kn"),
        words: 3,
        decisions: vec![
            Decision {
                reader: "head".to_owned(),
                nominal: category.to_owned(),
                operative: operative.to_owned(),
                nominal_margin: Some(0.1 + 0.2),
                operative_margin: None,
            },
            Decision {
                reader: "prototype".to_owned(),
                nominal: category.to_owned(),
                operative: category.to_owned(),
                nominal_margin: Some(1.0 / 3.0),
                operative_margin: Some(f64::MIN_POSITIVE),
            },
        ],
        moved,
        nominal_neighbours: vec!["a".to_owned(), "b/c".to_owned()],
        operative_neighbours: Vec::new(),
    };
    let items = vec![
        item("en-1", "She mends fishing nets at 100% cost", "en", "fishing", "fishing", Some(0.0)),
        item("en-2", "He pulls a cycle-rickshaw; \"daily\" work", "en", "transport", "domestic", Some(0.125)),
        item("hi-1", "वह खेत में काम करती है", "hi", "farming", "farming", Some(1.0 / 7.0)),
        item("kn-1", "ಅವಳು ಕ್ಷೇತ್ರದಲ್ಲಿ ಕೆಲಸ ಮಾಡುತ್ತಾಳೆ", "kn", "farming", "domestic", None),
        ItemRecord {
            suite: "desk".to_owned(), ..item("en-1", "魚を売っています", "ja", "fishing", "fishing", None)
        },
    ];
    AuditOutcome {
        audit: audit(),
        items,
        maps: vec![map()],
        fitted: vec![fitted("prototype"), fitted("probe")],
        weights: Some(comparisons::weights()),
        tokens: Some(comparisons::tokens()),
    }
}

/// A map of two items at two taps, with numbers that decimal digits would not keep.
fn map() -> SuiteMap {
    let tap = |tap: u32| MapTap {
        nominal_tap: tap,
        operative_tap: tap,
        explained: 1.0 / 3.0,
        kept_neighbours: 0.1 + 0.2,
        positions: Series(vec![0.1, -0.0, f32::MIN_POSITIVE, 1e30, -1.0 / 3.0, 2.0, 3.0, tap as f32]),
    };
    SuiteMap {
        suite: "livelihoods".to_owned(),
        items: vec!["en-1".to_owned(), "kn-1".to_owned()],
        aligned: false,
        taps: vec![tap(0), tap(6)],
    }
}

fn fitted(reader: &str) -> FittedReader {
    FittedReader {
        suite: "livelihoods".to_owned(),
        reader: reader.to_owned(),
        categories: vec!["farming".to_owned(), "domestic".to_owned()],
        languages: vec!["en".to_owned()],
        nominal_dim: 2,
        operative_dim: 1,
        nominal: Series(vec![0.1, 0.2, 0.3, 0.4]),
        operative: Series(vec![-0.1, f32::EPSILON]),
    }
}

/// Own words with how they were sorted.
pub(crate) fn kept_words(id: &str, text: &str) -> KeptWords {
    let read = |pieces: &[&str]| ReadText {
        pieces: pieces.iter().map(|piece| (*piece).to_owned()).collect(),
        words: 2,
        unknown_words: 0,
        truncated: false,
    };
    let scored = |category: &str, score: f64| ScoredCategory { category: category.to_owned(), score };
    KeptWords {
        id: id.to_owned(),
        created: DAY.to_owned(),
        sorted: SortedWords {
            text: text.to_owned(),
            language: "kn".to_owned(),
            nominal: read(&["a", "##b"]),
            operative: read(&["[UNK]"]),
            same_tokens: false,
            sorted: vec![SortedBy {
                suite: "livelihoods".to_owned(),
                reader: "head".to_owned(),
                nominal: vec![scored("farming", 0.1 + 0.2), scored("domestic", 1.0 / 3.0)],
                operative: vec![scored("domestic", 0.9)],
                undefined: None,
            }],
        },
    }
}

fn audit() -> Audit {
    let identity = |name: &str, format: &str| Identity {
        name: name.to_owned(),
        files: vec![file(format)],
        architecture: "bert".to_owned(),
        n_params: 22_713_216,
        n_layers: 6,
        dim: 384,
        tensor_types: BTreeMap::from([("F32".to_owned(), 103)]),
        tokenizer: "tokenizer.json".to_owned(),
        labels: vec!["farming".to_owned(), "fishing".to_owned()],
    };
    let labels = BTreeMap::from([("en".to_owned(), BTreeMap::from([("farming".to_owned(), "Farming".to_owned())]))]);
    Audit {
        schema: AUDIT_SCHEMA.to_owned(),
        engine: "0.1.0".to_owned(),
        nominal: identity("disclosed", "safetensors"),
        operative: identity("deployed", "gguf"),
        suites: vec![SuiteSummary {
            id: "livelihoods".to_owned(),
            title: "Livelihoods".to_owned(),
            sha256: "ab".repeat(32),
            synthetic: true,
            unreviewed: vec!["kn".to_owned()],
            categories: ["farming", "fishing", "transport", "domestic"].map(str::to_owned).to_vec(),
            labels: labels.clone(),
            meanings: labels,
            n_items: 4,
        }],
        preflight: vec![PreflightRow {
            check: "token-ids".to_owned(),
            status: PreflightStatus::Differs,
            detail: "One item is read as other tokens.".to_owned(),
            language: Some("kn".to_owned()),
            item: Some("kn-1".to_owned()),
        }],
        regime: Regime { kind: RegimeKind::SameBasis, reason: "The held-out residual is 0.02.".to_owned() },
        measures: vec![Measures {
            schema: "parallax-measures/1".to_owned(),
            suite: "livelihoods".to_owned(),
            n: 4,
            dim: 384,
            regime: RegimeKind::SameBasis,
            taps: vec![TapMeasures {
                nominal_tap: 0,
                operative_tap: 0,
                measures: vec![MeasureValue {
                    name: "cka-linear-debiased".to_owned(),
                    value: Some(0.5),
                    interval: Some((0.25, 0.75)),
                    chance: Some(0.0),
                    floor: Some(1.0),
                    rounding: None,
                    settings: BTreeMap::from([("seed".to_owned(), "7".to_owned())]),
                    undefined: None,
                    by_category: BTreeMap::from([("farming".to_owned(), None)]),
                }],
            }],
        }],
        readers: vec![ReaderResult {
            reader: "head".to_owned(),
            suite: "livelihoods".to_owned(),
            primary: true,
            n: 4,
            nominal_accuracy: Some(1.0),
            operative_accuracy: Some(0.5),
            flips: 2,
            rounding_flips: Some(0),
            floor_flips: Some(0),
            categories: vec!["farming".to_owned(), "domestic".to_owned()],
            matrix: vec![vec![1, 1], vec![0, 0]],
            family_size: 12,
            negative_control: Some(0),
            positive_control: Some(1.0),
            probes: Vec::new(),
            undefined: None,
        }],
        findings: vec![finding("F1", &["kn-1", "en-2"]), finding("F2", &["hi-1"])],
        settings: BTreeMap::from([("seed".to_owned(), "7".to_owned())]),
        cost: Cost { seconds: 1.5, peak_bytes: 1 << 30 },
    }
}

fn file(format: &str) -> FileIdentity {
    FileIdentity {
        role: "weights".to_owned(),
        name: format!("model.{format}"),
        format: format.to_owned(),
        size: 90_868_376,
        sha256: "cd".repeat(32),
    }
}

fn finding(id: &str, items: &[&str]) -> Finding {
    Finding {
        id: id.to_owned(),
        layer: AccordLayer::R,
        claim_id: Some("R3".to_owned()),
        kind: FindingType::LabelFlip,
        statement_id: "flips-of-chosen-items".to_owned(),
        params: BTreeMap::from([
            ("k".to_owned(), Param::Count(items.len() as u64)),
            ("share".to_owned(), Param::Number(0.5)),
        ]),
        strength: Strength::MeasuredOnce,
        measure: Some(FindingMeasure {
            name: "flips".to_owned(),
            value: Some(items.len() as f64),
            unit: "items".to_owned(),
            n: 4,
            runs: 1,
            spread: None,
            floor: Some(0.0),
            negative_control: Some(0.0),
            positive_control: Some(1.0),
            rounding_control: Some(0.0),
            undefined: None,
        }),
        sampling: Sampling::ChosenByReviewers,
        evidence: vec![EvidenceRef { path: "evidence/items.json".to_owned(), sha256: "ef".repeat(32), selector: None }],
        recipe_id: Some("audit".to_owned()),
        limits: vec!["The items were generated.".to_owned()],
        sentence: "For 2 of the 4 examples, the deployed model picks a different category.".to_owned(),
        suite: Some("livelihoods".to_owned()),
        categories: Some(("farming".to_owned(), "domestic".to_owned())),
        language: None,
        group: None,
        reader: Some("head".to_owned()),
        tap: Some(6),
        effect: Some(-0.25),
        interval: Some((-0.5, 0.0)),
        adjusted_p: Some(0.015_625),
        items: items.iter().map(|item| (*item).to_owned()).collect(),
    }
}

pub(crate) fn annotation(id: &str, target: TargetKind, target_id: &str) -> Annotation {
    Annotation {
        id: id.to_owned(),
        target,
        target_id: target_id.to_owned(),
        motivation: Motivation::Contesting,
        body: LocalText::new("kn", "ಇದು ತಪ್ಪು\u{200d} — she farms;\n'--\0 \u{9dc}"),
        author: "Kestrel".to_owned(),
        created: DAY.to_owned(),
    }
}

pub(crate) fn report(id: &str, revision: u32, summary: &str) -> ContestationReport {
    ContestationReport {
        schema: REPORT_SCHEMA.to_owned(),
        id: id.to_owned(),
        revision,
        created: DAY.to_owned(),
        status: ReportStatus::Draft,
        contest: Contest {
            kinds: vec![ContestKind::CategoryBoundary],
            summary: vec![LocalText::new("en", summary)],
            target_site: None,
            asks: vec![Ask::Retest, Ask::RestorePublished],
            statement: Vec::new(),
        },
        subject: Subject {
            published: vec![file("safetensors")],
            deployed: Vec::new(),
            deployed_access: Some(DeployedAccess::NotSeen),
            empty_reason: Some("The file was not given.".to_owned()),
        },
        consent: Consent {
            scope: Scope::AmberStrict,
            recipients: vec!["Deployer".to_owned()],
            quote: Quote::ParaphraseOnly,
            train_on: false,
            expires: None,
            revocable_until: "sent".to_owned(),
            obtained_from: "self".to_owned(),
        },
        accord: AccordRef { sections: vec![2], layers: vec![AccordLayer::R], claim_ids: vec!["R3".to_owned()] },
        signatory: None,
        findings: vec![finding("F1", &["kn-1"])],
        reviewers: Vec::new(),
        reproduce: Vec::new(),
        redactions: Vec::new(),
        history: None,
    }
}

pub(crate) fn seal_reply() -> SealReply {
    SealReply {
        folder: "contest-6f1c2a34".to_owned(),
        fingerprint: "SHA256:example".to_owned(),
        tagmanifest_sha256: "12".repeat(32),
        files: 9,
    }
}
