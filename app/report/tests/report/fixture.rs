//! A small audit and contestation, made up for these tests, with three scripts, an untestable language and awkward characters.

use std::collections::BTreeMap;

use parallax_report::{BundleContent, SigningKey};
use parallax_wire::*;
use parallax_words::{Isolation, Statement, Which, Words};

pub(crate) const SUITE: &str = "livelihoods";
pub(crate) const CATEGORIES: [&str; 4] = ["farming", "trade", "care", "crafts"];

/// A fixed key, made for these tests only.
pub(crate) fn key() -> SigningKey {
    let pair = ssh_key::private::Ed25519Keypair::from_seed(&[7; 32]);
    let text = ssh_key::PrivateKey::from(pair).to_openssh(ssh_key::LineEnding::LF).unwrap();
    SigningKey::from_openssh(&text).unwrap()
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn identity(name: &str, format: &str, kind: &str, size: u64, digit: char) -> Identity {
    let file = |role: &str, name: &str, format: &str, size: u64, digit: char| FileIdentity {
        role: role.into(),
        name: name.into(),
        format: format.into(),
        size,
        sha256: digit.to_string().repeat(64),
    };
    Identity {
        name: name.into(),
        files: vec![
            file("weights", &format!("model.{format}"), format, size, digit),
            file("tokenizer", "tokenizer.json", "json", 181_442, '7'),
        ],
        architecture: "bert".into(),
        n_params: 904_712,
        n_layers: 4,
        dim: 128,
        tensor_types: BTreeMap::from([("F32".to_owned(), 34), (kind.to_owned(), 27)]),
        tokenizer: "tokenizer.json".into(),
        labels: CATEGORIES.map(str::to_owned).to_vec(),
    }
}

fn suite() -> SuiteSummary {
    let labels = [
        ("en", [("farming", "Farm work"), ("trade", "Trade"), ("care", "Care work"), ("crafts", "Crafts")]),
        ("hi", [("farming", "खेती का काम"), ("trade", "व्यापार"), ("care", "देखभाल"), ("crafts", "हस्तशिल्प")]),
        ("kn", [("farming", "ಕೃಷಿ ಕೆಲಸ"), ("trade", "ವ್ಯಾಪಾರ"), ("care", "ಆರೈಕೆ"), ("crafts", "ಕರಕುಶಲ")]),
    ];
    let meanings = [
        ("farming", "Growing crops or keeping animals, on own land or for others."),
        ("trade", "Buying and selling things."),
        ("care", "Looking after children, sick or old people."),
        ("crafts", "Making things by hand."),
    ];
    SuiteSummary {
        id: SUITE.into(),
        title: "Livelihoods".into(),
        sha256: "5".repeat(64),
        synthetic: true,
        unreviewed: vec!["hi".into(), "kn".into()],
        categories: CATEGORIES.map(str::to_owned).to_vec(),
        labels: labels.iter().map(|(tag, labels)| ((*tag).to_owned(), map(labels))).collect(),
        meanings: BTreeMap::from([("en".to_owned(), map(&meanings))]),
        n_items: 24,
    }
}

/// Text, language, published and deployed category.
const ITEMS: [(&str, &str, &str, &str); 24] = [
    ("She milks two buffaloes every morning.", "en", "farming", "farming"),
    ("He ploughs the field before the rain.", "en", "farming", "farming"),
    ("They sell bangles at the weekly market.", "en", "trade", "trade"),
    ("She runs a tea stall by the bus stand.", "en", "trade", "trade"),
    ("He looks after his father at night.", "en", "care", "care"),
    ("She bathes the children of her neighbour.", "en", "care", "crafts"),
    ("He weaves mats from reed.", "en", "crafts", "crafts"),
    ("She paints clay lamps <b>by hand</b> & sells none.", "en", "crafts", "crafts"),
    ("वह हर सुबह खेत में पानी देती है।", "hi", "farming", "trade"),
    ("वे दूसरों की ज़मीन पर धान रोपते हैं।", "hi", "farming", "trade"),
    ("वह बकरियाँ चराता है।", "hi", "farming", "trade"),
    ("वह गन्ने की कटाई के लिए दूर जाता है।", "hi", "farming", "farming"),
    ("वह मंडी में सब्ज़ी बेचती है।", "hi", "trade", "trade"),
    ("वह ठेले पर फल बेचता है।", "hi", "trade", "trade"),
    ("वह अपनी बूढ़ी माँ की देखभाल करती है।", "hi", "care", "care"),
    ("वह मिट्टी के बर्तन बनाता है।", "hi", "crafts", "crafts"),
    ("ಅವಳು ಪ್ರತಿ ದಿನ ಹೊಲದಲ್ಲಿ ಕೆಲಸ ಮಾಡುತ್ತಾಳೆ.", "kn", "farming", "farming"),
    ("ಅವನು ಎತ್ತುಗಳನ್ನು ಸಾಕುತ್ತಾನೆ.", "kn", "farming", "farming"),
    ("ಅವರು ಸಂತೆಯಲ್ಲಿ ತರಕಾರಿ ಮಾರುತ್ತಾರೆ.", "kn", "trade", "trade"),
    ("ಅವಳು ಹೂವಿನ ಅಂಗಡಿ ನಡೆಸುತ್ತಾಳೆ.", "kn", "trade", "trade"),
    ("ಅವಳು ಮಕ್ಕಳನ್ನು ನೋಡಿಕೊಳ್ಳುತ್ತಾಳೆ.", "kn", "care", "care"),
    ("ಅವನು ಅಜ್ಜಿಗೆ ಔಷಧಿ ಕೊಡುತ್ತಾನೆ.", "kn", "care", "care"),
    ("ಅವಳು ಸೀರೆ ನೇಯುತ್ತಾಳೆ.", "kn", "crafts", "crafts"),
    ("ಅವನು ಮರದ ಗೊಂಬೆ ಮಾಡುತ್ತಾನೆ \u{202E}ಕ್ಷೇತ್ರ.", "kn", "crafts", "crafts"),
];

pub(crate) fn items() -> Vec<ItemRecord> {
    ITEMS
        .iter()
        .enumerate()
        .map(|(position, (text, language, nominal, operative))| ItemRecord {
            suite: SUITE.into(),
            id: format!("{language}-{position:02}"),
            text: (*text).into(),
            language: (*language).into(),
            category: (*nominal).into(),
            group: format!("g{}", position / 2),
            same_tokens: *language != "kn",
            nominal_unknown_words: 0,
            operative_unknown_words: u64::from(*language == "kn") * 2,
            words: text.split_whitespace().count() as u64,
            decisions: vec![Decision {
                reader: "head".into(),
                nominal: (*nominal).into(),
                operative: (*operative).into(),
                nominal_margin: Some(0.5),
                operative_margin: Some(0.25),
            }],
            moved: Some(if nominal == operative { 0.01 } else { 0.4 }),
            nominal_neighbours: vec!["en-00".into(), "en-01".into()],
            operative_neighbours: vec!["en-01".into(), "en-02".into()],
        })
        .collect()
}

fn matrix() -> Vec<Vec<u64>> {
    let at = |id: &str| CATEGORIES.iter().position(|category| *category == id).unwrap();
    let mut matrix = vec![vec![0; 4]; 4];
    for (_, _, nominal, operative) in ITEMS {
        matrix[at(nominal)][at(operative)] += 1;
    }
    matrix
}

fn limits(statements: &[Statement]) -> Vec<String> {
    let words = Words::english();
    statements.iter().map(|limit| words.statement(limit).unwrap()).collect()
}

fn finding(id: &str, kind: FindingType, statement: &Statement, items: &[&str]) -> Finding {
    Finding {
        id: id.into(),
        layer: AccordLayer::R,
        claim_id: Some("R3".into()),
        kind,
        statement_id: statement.id().into(),
        params: statement.params(),
        strength: Strength::MeasuredOnce,
        measure: None,
        sampling: Sampling::ChosenByReviewers,
        evidence: Vec::new(),
        recipe_id: Some("audit".into()),
        limits: limits(&[
            Statement::LimitSynthetic {},
            Statement::LimitUnreviewed { languages: "hi, kn".into() },
            Statement::LimitExamplesChosen {},
            Statement::LimitCauseUnknown {},
            Statement::LimitNotHarm {},
        ]),
        sentence: Words::english().statement(statement).unwrap(),
        suite: Some(SUITE.into()),
        categories: None,
        language: None,
        group: None,
        reader: None,
        tap: None,
        effect: None,
        interval: None,
        adjusted_p: None,
        items: items.iter().map(|id| (*id).to_owned()).collect(),
    }
}

fn findings() -> Vec<Finding> {
    let moved = Statement::CategoryPairMoved {
        language: Some("hi".into()),
        from: "Farm work".into(),
        to: "Trade".into(),
        moved: 3,
        total: 4,
        control: 0,
    };
    let mut pair = finding("F1", FindingType::LabelFlip, &moved, &["hi-08", "hi-09", "hi-10"]);
    pair.categories = Some(("farming".into(), "trade".into()));
    pair.language = Some("hi".into());
    pair.reader = Some("head".into());
    pair.effect = Some(3.0);
    pair.interval = Some((1.0, 4.0));
    pair.adjusted_p = Some(0.0125);
    pair.measure = Some(FindingMeasure {
        name: "flips".into(),
        value: Some(3.0),
        unit: "items".into(),
        n: 4,
        runs: 1,
        spread: None,
        floor: Some(0.0),
        negative_control: Some(0.0),
        positive_control: Some(0.97),
        rounding_control: Some(0.0),
        undefined: None,
    });
    let read = Statement::TokensDiffer { language: Some("kn".into()), k: 8, n: 8 };
    let mut tokens = finding("F2", FindingType::TokenizerDiff, &read, &["kn-16", "kn-23"]);
    tokens.layer = AccordLayer::L;
    tokens.language = Some("kn".into());
    let single = Statement::SingleFlipsBesideCategories { k: 4, n: 24, category_findings: 1 };
    let mut flips = finding("F3", FindingType::LabelFlip, &single, &["hi-08", "hi-09", "hi-10", "en-05"]);
    flips.reader = Some("head".into());
    vec![pair, tokens, flips]
}

fn row(check: &str, status: PreflightStatus, detail: &str, language: Option<&str>, item: Option<&str>) -> PreflightRow {
    PreflightRow {
        check: check.into(),
        status,
        detail: detail.into(),
        language: language.map(str::to_owned),
        item: item.map(str::to_owned),
    }
}

fn preflight() -> Vec<PreflightRow> {
    let words = Words::english().with_isolation(Isolation::Names);
    let unknown = Statement::CannotTestUnknownWords { language: "kn".into(), variant: Which::Operative, k: 16, n: 40 };
    vec![
        row("files", PreflightStatus::Differs, &words.text("preflight-files-differs").unwrap(), None, None),
        row("special-tokens", PreflightStatus::Same, &words.text("preflight-special-tokens-same").unwrap(), None, None),
        row(
            "lower-casing",
            PreflightStatus::Unknown,
            &words.text("preflight-lower-casing-unknown").unwrap(),
            None,
            None,
        ),
        row("language", PreflightStatus::CannotTest, &words.statement(&unknown).unwrap(), Some("kn"), None),
        row(
            "token-ids",
            PreflightStatus::Differs,
            &words.text("preflight-token-ids-item").unwrap(),
            Some("kn"),
            Some("kn-16"),
        ),
    ]
}

fn measure(name: &str, value: f64, chance: f64, tap: u32) -> MeasureValue {
    MeasureValue {
        name: name.into(),
        value: Some(value),
        interval: Some((value - 0.06, (value + 0.04).min(1.0))),
        chance: Some(chance),
        floor: Some(0.999),
        rounding: Some(0.985 - f64::from(tap) * 0.01),
        settings: BTreeMap::new(),
        undefined: None,
        by_category: CATEGORIES
            .iter()
            .enumerate()
            .map(|(position, category)| ((*category).to_owned(), Some(0.55 + 0.12 * position as f64)))
            .collect(),
    }
}

fn measures() -> Measures {
    let taps = (0..5_u32)
        .map(|tap| TapMeasures {
            nominal_tap: tap,
            operative_tap: tap,
            measures: vec![
                measure("knn-overlap@10", 0.97 - 0.07 * f64::from(tap), 0.42, tap),
                measure("cka-linear-debiased", 0.995 - 0.02 * f64::from(tap), 0.0, tap),
            ],
        })
        .collect();
    Measures {
        schema: "parallax-measures/1".into(),
        suite: SUITE.into(),
        n: 24,
        dim: 128,
        regime: RegimeKind::SameBasis,
        taps,
    }
}

pub(crate) fn audit() -> Audit {
    Audit {
        schema: AUDIT_SCHEMA.into(),
        engine: "parallax 0.1.0".into(),
        nominal: identity("demo-published", "safetensors", "F32", 3_618_848, 'a'),
        operative: identity("demo-deployed", "gguf", "Q8_0", 1_020_416, 'b'),
        suites: vec![suite()],
        preflight: preflight(),
        regime: Regime { kind: RegimeKind::SameBasis, reason: "Held-out items agree to 0.98.".into() },
        measures: vec![measures()],
        readers: vec![ReaderResult {
            reader: "head".into(),
            suite: SUITE.into(),
            primary: true,
            n: 24,
            nominal_accuracy: Some(1.0),
            operative_accuracy: Some(20.0 / 24.0),
            flips: 4,
            rounding_flips: Some(1),
            floor_flips: Some(0),
            categories: CATEGORIES.map(str::to_owned).to_vec(),
            matrix: matrix(),
            family_size: 36,
            negative_control: Some(0),
            positive_control: Some(0.97),
            probes: Vec::new(),
            undefined: None,
        }],
        findings: findings(),
        settings: map(&[("seed", "7"), ("k", "10")]),
        cost: Cost { seconds: 12.3, peak_bytes: 412_000_000 },
    }
}

fn annotation(id: &str, target: TargetKind, target_id: &str, body: LocalText) -> Annotation {
    Annotation {
        id: id.into(),
        target,
        target_id: target_id.into(),
        motivation: Motivation::Contesting,
        body,
        author: "reader one".into(),
        created: "2025-03-09".into(),
    }
}

pub(crate) fn content() -> BundleContent {
    let audit = audit();
    let report = ContestationReport {
        schema: REPORT_SCHEMA.into(),
        id: "urn:uuid:3f1d9a52-6c0e-4b7a-9d35-08a1c2e4f677".into(),
        revision: 1,
        created: "2025-03-10".into(),
        status: ReportStatus::Draft,
        contest: Contest {
            kinds: vec![ContestKind::DeployedDiffers, ContestKind::CategoryBoundary],
            summary: vec![
                LocalText::new(
                    "en",
                    "Farm work in Hindi is now called trade. That takes us off the list for crop insurance.",
                ),
                LocalText::new("hi", "खेती को अब व्यापार कहा जाता है।"),
            ],
            target_site: Some(TargetSite::Representation),
            asks: vec![Ask::Explain, Ask::RestorePublished],
            statement: Vec::new(),
        },
        subject: Subject {
            published: audit.nominal.files.clone(),
            deployed: audit.operative.files.clone(),
            deployed_access: Some(DeployedAccess::FileFromDeployer),
            empty_reason: None,
        },
        consent: Consent {
            scope: Scope::Red,
            recipients: vec!["The deployer’s desk".into()],
            quote: Quote::ParaphraseOnly,
            train_on: false,
            expires: Some("2027-03-10".into()),
            revocable_until: "sent".into(),
            obtained_from: "group_process".into(),
        },
        accord: AccordRef { sections: vec![2, 10], layers: vec![AccordLayer::R], claim_ids: vec!["R3".into()] },
        signatory: Some(Signatory { name: "Example Desk".into(), role: "deployer".into() }),
        findings: audit.findings[..1].to_vec(),
        reviewers: vec![Reviewer {
            pseudonym: "reader one".into(),
            role: "affected".into(),
            position: "supports".into(),
            note: Vec::new(),
        }],
        reproduce: vec![Recipe {
            id: "audit".into(),
            level: "tolerance".into(),
            engine: "parallax".into(),
            engine_version: "0.1.0".into(),
            settings: map(&[("seed", "7")]),
            runs: 1,
            pass_rule: "The same three items move.".into(),
            needs: vec!["a".repeat(64), "b".repeat(64)],
            command: "parallax audit --nominal PUBLISHED --operative DEPLOYED".into(),
        }],
        redactions: Vec::new(),
        history: Some(HistoryRef { log_head: "e".repeat(64), log_length: 2 }),
    };
    BundleContent {
        report,
        audit,
        items: items(),
        annotations: vec![
            annotation(
                "0b4f7c1e-2a6d-4e5f-8b90-1c2d3e4f5a6b",
                TargetKind::Item,
                "livelihoods/kn-23",
                LocalText::new("kn", "ಇದು ಕರಕುಶಲ ಕೆಲಸ."),
            ),
            annotation(
                "1c5f8d2f-3b7e-4f60-9ca1-2d3e4f5a6b7c",
                TargetKind::Category,
                "livelihoods/farming",
                LocalText::new("en", "This also holds for landless workers."),
            ),
            annotation(
                "2d609e30-4c8f-4071-8db2-3e4f5a6b7c8d",
                TargetKind::Finding,
                "F1",
                LocalText::new("en", "We see this every week."),
            ),
        ],
        history: vec![
            Event {
                seq: 1,
                prev_hash: "0".repeat(64),
                hash: "d".repeat(64),
                date: "2025-03-08".into(),
                kind: "audit-stored".into(),
                payload_sha256: "1".repeat(64),
                subject: "SECRET-SUBJECT".into(),
            },
            Event {
                seq: 2,
                prev_hash: "d".repeat(64),
                hash: "e".repeat(64),
                date: "2025-03-09".into(),
                kind: "annotation-added".into(),
                payload_sha256: "2".repeat(64),
                subject: "SECRET-SUBJECT".into(),
            },
        ],
    }
}
