//! What a comparison of weights says: the whole, the claim, and what a verdict rests on.

use parallax_wire::{Claim, ClaimOutcome, Evidence, LatticeRow, TensorReport, Verdict, VerdictShare, WeightsSummary};
use parallax_words::{Isolation, Whole, Words, percent_text};

fn words() -> Words {
    Words::english().with_isolation(Isolation::None)
}

fn summary(verdicts: &[(Verdict, u64, f64)]) -> WeightsSummary {
    let share = |&(verdict, tensors, share): &(Verdict, u64, f64)| VerdictShare {
        verdict,
        tensors,
        parameters: tensors * 1_000,
        share,
    };
    WeightsSummary {
        worst: verdicts.iter().map(|(verdict, ..)| *verdict).max(),
        verdicts: verdicts.iter().map(share).collect(),
        parameters: verdicts.iter().map(|(_, tensors, _)| tensors * 1_000).sum(),
        unknown: 0,
    }
}

fn claim(outcome: ClaimOutcome) -> Claim {
    Claim {
        claimed: "Q4_K_M".to_owned(),
        given: true,
        outcome,
        as_expected: 100,
        otherwise: 0,
        by_shape: 0,
        options: Vec::new(),
        fitting: Vec::new(),
        examples: Vec::new(),
    }
}

fn tensor(evidence: Evidence) -> TensorReport {
    TensorReport {
        name: "blk.0.attn_q.weight".to_owned(),
        nominal_name: "q".to_owned(),
        layer: Some(0),
        kind: "attn_q.weight".to_owned(),
        shape: vec![2, 32],
        parameters: 64,
        nominal_type: "BF16".to_owned(),
        stored_type: "Q4_0".to_owned(),
        expected_type: None,
        expected_why: None,
        verdict: Verdict::Reproduced,
        relative_error: None,
        max_error: None,
        cosine: None,
        sqnr_db: None,
        robust_z: None,
        undefined: None,
        worst_rows: Vec::new(),
        worst_columns: Vec::new(),
        histogram_edges: Vec::new(),
        evidence,
        nominal_sha256: String::new(),
        operative_sha256: String::new(),
    }
}

#[test]
fn all_explained_is_said_only_where_all_is() {
    let said = |verdicts: &[(Verdict, u64, f64)]| words().weights_whole(&summary(verdicts)).unwrap();
    let all = said(&[(Verdict::Identical, 60, 0.1), (Verdict::Reproduced, 40, 0.9)]);
    assert_eq!(all.len(), 1);
    assert!(all[0].starts_with("Every one of the 100,000 weights"), "{all:?}");
    let same = said(&[(Verdict::Identical, 3, 1.0)]);
    assert!(same[0].contains("same bytes"), "{same:?}");
    let changed =
        said(&[(Verdict::Reproduced, 98, 0.97), (Verdict::NotDecidable, 1, 0.01), (Verdict::Replaced, 1, 0.02)]);
    assert_eq!(changed.len(), 2, "{changed:?}");
    assert!(changed[0].starts_with("One tensor of 100") && changed[0].contains("2.0%"), "{changed:?}");
    assert!(changed[1].contains("nothing could be decided"), "{changed:?}");
    let all_changed = said(&[(Verdict::Replaced, 2, 0.9), (Verdict::LineageOnly, 39, 0.1)]);
    assert_eq!(all_changed, ["All 41 tensors that we compared hold numbers that no known way of storing explains."]);
    let undecided = said(&[(Verdict::Reproduced, 98, 0.99), (Verdict::NotDecidable, 2, 0.01)]);
    assert!(undecided.iter().all(|sentence| !sentence.contains("Every one")), "{undecided:?}");
    let none = said(&[]);
    assert!(none[0].starts_with("No tensor"), "{none:?}");
}

#[test]
fn every_whole_says_what_it_does_not_say() {
    let not_said = |verdicts: &[(Verdict, u64, f64)]| words().weights_not_said(&summary(verdicts)).unwrap();
    let harm = |verdict| not_said(&[(verdict, 1, 1.0)]).unwrap_or_default();
    for verdict in Verdict::ALL {
        let expected = if verdict.is_changed() { "harms anybody" } else { "does no harm" };
        assert!(harm(verdict).contains(expected), "{verdict:?}: {}", harm(verdict));
    }
    assert_eq!(not_said(&[]), None, "nothing was said");
}

#[test]
fn every_verdict_is_counted_once() {
    let verdicts: Vec<_> = Verdict::ALL.iter().map(|verdict| (*verdict, 2, 1.0 / 12.0)).collect();
    let whole = Whole::of(&summary(&verdicts));
    assert_eq!((whole.tensors, whole.changed, whole.undecided), (24, 12, 2));
    assert!((whole.changed_share - 0.5).abs() < 1e-9);
}

#[test]
fn what_became_of_a_claim_is_one_sentence_with_what_belongs_to_it() {
    let said = |claim: &Claim| words().weights_claim(Some(claim)).unwrap();
    let holds = claim(ClaimOutcome::Holds);
    assert_eq!(said(&holds).len(), 1);
    assert!(said(&holds)[0].contains("Q4_K_M holds"));
    let option = Claim { otherwise: 1, options: vec!["--pure".to_owned()], given: false, by_shape: 2, ..holds.clone() };
    let sentences = said(&option);
    assert_eq!(sentences.len(), 3, "{sentences:?}");
    assert!(sentences[0].contains("--pure") && sentences[2].contains("itself"), "{sentences:?}");
    let examples = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
    let otherwise = Claim { otherwise: 9, examples, ..claim(ClaimOutcome::Contradicted) };
    assert!(said(&otherwise)[0].ends_with("for example a, b, c."), "{:?}", said(&otherwise));
    let fitting = vec!["Q5_K_M".to_owned()];
    let most = Claim { outcome: ClaimOutcome::Deviates, fitting, ..otherwise };
    assert!(said(&most)[0].contains("for most tensors") && said(&most)[1].contains("Q5_K_M"), "{:?}", said(&most));
    assert!(said(&claim(ClaimOutcome::NotDecidable))[0].contains("cannot be decided"));
    assert!(words().weights_claim(None).unwrap()[0].contains("no types were expected"));
}

#[test]
fn every_piece_of_evidence_has_its_sentence() {
    assert_eq!(words().evidence(&tensor(Evidence::default())).unwrap(), [""; 0], "what was not measured is not said");
    let full = Evidence {
        precision: Some("bf16".to_owned()),
        transform: Some("Q4_0".to_owned()),
        replayed: Some(2),
        replay_differs: Some(1),
        codes_tested: Some(64),
        code_mismatches: Some(3),
        code_ties: Some(2),
        dead_codes: Some(1),
        scale_ratio: Some(1.004),
        edge_ratio: Some(2.25),
        null_edge_ratio: Some(0.99),
        rank: Some(8),
        relative_norm: Some(0.002),
        rows: (0..100).collect(),
        n_rows: Some(140),
        columns: vec![7],
        n_columns: Some(1),
        permutation: Some("rows".to_owned()),
        zeroed: Some(0.5),
        ..Evidence::default()
    };
    let said = words().evidence(&TensorReport { relative_error: Some(0.0831), ..tensor(full) }).unwrap();
    insta::assert_snapshot!("evidence", said.join("\n"));
}

#[test]
fn a_merged_adapter_and_an_unknown_precision_are_no_half_sentences() {
    let said = |transform: &str, precision: Option<&str>| {
        let evidence = Evidence {
            transform: Some(transform.to_owned()),
            precision: precision.map(str::to_owned),
            ..Evidence::default()
        };
        words().evidence(&tensor(evidence)).unwrap()
    };
    assert!(said("merge", None)[0].contains("adapter"));
    assert!(said("Q4_0", None).is_empty());
    assert!(said("Q4_0", Some("fp6")).is_empty());
}

#[test]
fn a_share_that_is_not_nothing_is_never_nothing() {
    for (share, expected) in [
        (0.0, "0"),
        (1.0, "100.0"),
        (0.5, "50.0"),
        (0.0831, "8.3"),
        (0.00025, "0.025"),
        (1e-7, "0.000010"),
        (1e-12, "< 0.000001"),
    ] {
        assert_eq!(percent_text(share), expected, "{share}");
    }
}

#[test]
fn every_verdict_has_a_label_and_a_meaning() {
    for verdict in Verdict::ALL {
        for id in ["verdict", "meaning"].map(|kind| format!("{kind}-{}", verdict.as_str())) {
            assert!(words().has(&id), "`{id}` has no words");
        }
    }
}

#[test]
fn the_screen_of_the_published_file_says_of_how_many_tensors_it_knows() {
    let row = |ratio: Option<f64>, flagged: bool| LatticeRow {
        name: "q".to_owned(),
        stored_type: "Q4_0".to_owned(),
        ratio,
        flagged,
        undefined: None,
    };
    let said = |rows: &[LatticeRow]| words().weights_lattice(rows).unwrap();
    let (clear, conspicuous, unknown) = (row(Some(1.0), false), row(Some(4.2), true), row(None, false));
    assert_eq!(said(&[]), None);
    assert_eq!(said(std::slice::from_ref(&unknown)), None);
    let all = said(&[clear.clone(), clear.clone()]).unwrap();
    assert_eq!(all, "The published file does not sit on a quantization lattice.");
    let some = said(&[clear.clone(), clear.clone(), unknown]).unwrap();
    assert!(some.starts_with("None of the 2 tensors") && some.ends_with("For one more we cannot tell."), "{some}");
    let one = said(&[clear, conspicuous.clone()]).unwrap();
    assert!(one.starts_with("One tensor of the published file already sits"), "{one}");
    let two = said(&[conspicuous.clone(), conspicuous]).unwrap();
    assert!(two.starts_with("2 tensors of the published file already sit on"), "{two}");
}
