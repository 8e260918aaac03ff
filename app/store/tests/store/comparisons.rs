//! Comparisons of files: kept with the run that they belong to.

use parallax_store::Case;
use parallax_wire::{
    ComparedFiles, Cost, Evidence, TOKENS_SCHEMA, TensorReport, TokensReport, Verdict, WEIGHTS_SCHEMA, WeightsReport,
    WeightsSummary,
};

use crate::sample::{self, NEXT_DAY};

/// A comparison of weights with one tensor.
pub(crate) fn weights() -> WeightsReport {
    let tensor = TensorReport {
        name: "blk.0.attn_q.weight".to_owned(),
        nominal_name: "encoder.layer.0.attention.self.query.weight".to_owned(),
        layer: Some(0),
        kind: "attn_q.weight".to_owned(),
        shape: vec![4, 32],
        parameters: 128,
        nominal_type: "F32".to_owned(),
        stored_type: "Q8_0".to_owned(),
        expected_type: Some("Q8_0".to_owned()),
        expected_why: None,
        verdict: Verdict::Reproduced,
        relative_error: Some(0.1 + 0.2),
        max_error: Some(1e-3),
        cosine: Some(0.999),
        sqnr_db: Some(45.0),
        robust_z: None,
        undefined: None,
        worst_rows: Vec::new(),
        worst_columns: Vec::new(),
        histogram_edges: vec![-1.0, 0.0, 1.0],
        evidence: Evidence { histogram: vec![60, 68], ..Evidence::default() },
        nominal_sha256: "0".repeat(64),
        operative_sha256: "1".repeat(64),
    };
    WeightsReport {
        schema: WEIGHTS_SCHEMA.to_owned(),
        nominal: "published".to_owned(),
        operative: "deployed".to_owned(),
        files: ComparedFiles { nominal: Vec::new(), operative: Vec::new() },
        claim: None,
        tensors: vec![tensor],
        unmatched: Vec::new(),
        summary: WeightsSummary { worst: Some(Verdict::Reproduced), verdicts: Vec::new(), parameters: 128, unknown: 0 },
        settings: Vec::new(),
        lattice: Vec::new(),
        notes: Vec::new(),
        cost: Cost { seconds: 0.5, peak_bytes: 1 << 20 },
    }
}

/// A comparison of tokenizers without differences.
pub(crate) fn tokens() -> TokensReport {
    TokensReport {
        schema: TOKENS_SCHEMA.to_owned(),
        nominal: "published".to_owned(),
        operative: "deployed".to_owned(),
        nominal_mode: "reference".to_owned(),
        operative_mode: "engine".to_owned(),
        rows: Vec::new(),
        template: Vec::new(),
        generation: Vec::new(),
        languages: Vec::new(),
        not_read: None,
        cost: Cost { seconds: 0.5, peak_bytes: 1 << 20 },
    }
}

#[test]
fn comparisons_come_back_as_they_were_and_belong_to_their_run() {
    let (_folder, path, case) = sample::case();
    case.close().expect("the case closes");
    let mut case = Case::open(&path).expect("the case opens");
    assert_eq!(case.weights().expect("weights"), Some(weights()), "every digit is kept");
    assert_eq!(case.tokens().expect("tokens"), Some(tokens()));
    let mut second = sample::outcome();
    second.weights = None;
    case.add_audit(&second, NEXT_DAY).expect("a second run");
    assert_eq!(case.weights().expect("none"), None, "a run without one shows none of an earlier one");
    assert_eq!(case.tokens().expect("tokens"), Some(tokens()));
    assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "both runs are as the history recorded them");
}
