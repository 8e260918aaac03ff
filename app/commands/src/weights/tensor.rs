//! One judged tensor as it stands in the report.

use parallax_weights::lineage::{Relation, Units};
use parallax_weights::residual::{Order, Spectrum, Spread};
use parallax_weights::{BIN_WIDTH, BINS, Judgement, Moved, Pair, Verdict as Judged};
use parallax_wire::{Evidence, Line, TensorReport, Verdict};

use super::side::Side;

/// Rows and columns that are listed at most.
const MOST_LISTED: usize = 100;
/// Values of a spectrum that are kept.
const MOST_VALUES: usize = 64;

/// Which side of a matrix is made of the units of the hidden states, which training could have put in any other order:
/// the rows of what writes into them, the columns of what reads from them. Vectors have none.
pub(super) fn units(name: &str, shape: &[usize]) -> Option<Units> {
    const WRITES: [&str; 9] =
        ["attn_output", "ffn_down", "o_proj", "down_proj", "output.dense", "out_proj", "out_lin", "lin2", "fc2"];
    if shape.len() < 2 {
        return None;
    }
    Some(if WRITES.iter().any(|part| name.contains(part)) { Units::Rows } else { Units::Columns })
}

pub(super) fn report(pair: &Pair, (nominal, operative): (&Side, &Side), judged: &Judgement) -> TensorReport {
    let tensor = &operative.tensors[pair.operative];
    let published: Vec<_> = pair.nominal.iter().map(|&index| &nominal.tensors[index]).collect();
    let joined = |parts: Vec<&str>| parts.join(" + ");
    let mut types: Vec<&str> = published.iter().map(|part| part.type_name()).collect();
    types.dedup();
    let (layer, kind) = layer_and_kind(&tensor.name);
    let difference = judged.difference.as_ref().ok();
    let line = |moved: &Moved| Line { index: moved.index as u64, relative_error: moved.relative_error };
    TensorReport {
        name: tensor.name.clone(),
        nominal_name: joined(published.iter().map(|part| part.name.as_str()).collect()),
        layer,
        kind,
        shape: tensor.shape.iter().map(|&dimension| dimension as u64).collect(),
        parameters: tensor.n_elements(),
        nominal_type: joined(types),
        stored_type: tensor.type_name().to_owned(),
        expected_type: None,
        expected_why: None,
        verdict: verdict(judged.verdict),
        relative_error: difference.and_then(|difference| difference.relative_error.clone().ok()),
        max_error: difference.map(|difference| difference.max_abs_error),
        cosine: difference.and_then(|difference| difference.cosine.clone().ok()),
        sqnr_db: difference.and_then(|difference| difference.sqnr_db.clone().ok()),
        robust_z: None,
        undefined: undefined(pair, &tensor.shape, judged),
        worst_rows: difference.map(|difference| difference.worst_rows.iter().map(line).collect()).unwrap_or_default(),
        worst_columns: difference
            .map(|difference| difference.worst_columns.iter().map(line).collect())
            .unwrap_or_default(),
        histogram_edges: (0..=BINS).map(|edge| (edge as f64 - BINS as f64 / 2.0) * BIN_WIDTH).collect(),
        evidence: evidence(tensor.type_name(), judged),
        nominal_sha256: match pair.nominal.as_slice() {
            [only] => nominal.hashes[*only].clone(),
            _ => String::new(),
        },
        operative_sha256: operative.hashes[pair.operative].clone(),
    }
}

/// Why a number is missing, or what the verdict does not cover.
fn undefined(pair: &Pair, shape: &[usize], judged: &Judgement) -> Option<String> {
    if let Some(reason) = &judged.undecided {
        return Some(reason.to_string());
    }
    if let Err(reason) = &judged.difference {
        return Some(reason.to_string());
    }
    // Rows of matrices only: a vector is matched as a whole.
    let [rows, _] = *shape else { return None };
    let covered = pair.operative_rows.len();
    (rows > covered).then(|| format!("{} of its {rows} rows have no published counterpart", rows - covered))
}

fn evidence(stored_type: &str, judged: &Judgement) -> Evidence {
    let mut evidence = Evidence {
        precision: judged.precision.map(|precision| precision.as_str().to_owned()),
        transform: judged.replay.as_ref().map(|_| stored_type.to_owned()),
        histogram: judged.difference.as_ref().map(|difference| difference.histogram.to_vec()).unwrap_or_default(),
        ..Evidence::default()
    };
    if let Some(replay) = &judged.replay {
        evidence.replayed = Some(replay.blocks);
        evidence.replay_differs = Some(replay.differing_blocks);
    }
    if let Some(codes) = &judged.codes {
        evidence.codes_tested = Some(codes.tested);
        evidence.code_mismatches = Some(codes.mismatches);
        evidence.code_ties = Some(codes.ties);
        evidence.dead_codes = Some(codes.dead_codes);
    }
    if let Some(search) = &judged.search {
        evidence.scales_tried = Some(search.blocks - search.empty);
        evidence.scales_unexplained = Some(search.unexplained);
    }
    evidence.scale_ratio = judged.fit.as_ref().and_then(|fit| fit.mean_ratio);
    if let Some(spectrum) = &judged.spectrum {
        let values = |found: &Option<Spectrum>| {
            let scaled = |found: &Spectrum| {
                found.singular_values.iter().take(MOST_VALUES).map(|value| value / found.edge).collect()
            };
            found.as_ref().map(scaled).unwrap_or_default()
        };
        evidence.edge_ratio = Some(spectrum.ratio);
        evidence.null_edge_ratio = Some(spectrum.reference_ratio);
        if spectrum.is_low_rank() {
            evidence.rank = spectrum.rank.map(|rank| rank as u64);
            evidence.relative_norm = Some(spectrum.relative_norm);
        }
        evidence.spectrum = values(&spectrum.deployed);
        evidence.null_spectrum = values(&spectrum.reference);
    }
    if let Some(localised) = &judged.localised {
        let listed = |spread: &Spread| -> (Option<u64>, Vec<u64>) {
            let shown = spread.list.iter().take(MOST_LISTED).map(|changed| changed.index as u64).collect();
            ((!spread.list.is_empty()).then_some(spread.changed as u64), shown)
        };
        (evidence.n_rows, evidence.rows) = listed(&localised.rows);
        (evidence.n_columns, evidence.columns) = listed(&localised.columns);
    }
    evidence.permutation = judged.order.as_ref().and_then(|order| match order {
        Order::Same | Order::Different => None,
        Order::RowsPermuted { .. } => Some("rows".to_owned()),
        Order::ColumnsPermuted { .. } => Some("columns".to_owned()),
        Order::PermutedWithinRows | Order::ElementsPermuted => Some("elements".to_owned()),
    });
    if let Some(lineage) = &judged.lineage
        && let Relation::Related { p } = lineage.relation
    {
        evidence.p = Some(p);
    }
    if let Some(pruning) = &judged.pruning {
        evidence.zeroed = Some(pruning.removed as f64 / pruning.elements.max(1) as f64);
    }
    if let Some(merged) = &judged.merged
        && merged.replay.is_explained()
    {
        evidence.transform = Some("merge".to_owned());
        evidence.rank = Some(merged.rank as u64);
    }
    evidence
}

fn verdict(judged: Judged) -> Verdict {
    match judged {
        Judged::Identical => Verdict::Identical,
        Judged::Reproduced => Verdict::Reproduced,
        Judged::ReproducedUpToTies => Verdict::ReproducedUpToTies,
        Judged::CodesExplained => Verdict::CodesExplained,
        Judged::TypeUnexpected => Verdict::TypeUnexpected,
        Judged::NotDecidable => Verdict::NotDecidable,
        Judged::ScaleUnexplained => Verdict::ScaleUnexplained,
        Judged::ResidualLowRank => Verdict::ResidualLowrank,
        Judged::ResidualSparse => Verdict::ResidualSparse,
        Judged::LineageOnly => Verdict::LineageOnly,
        Judged::Replaced => Verdict::Replaced,
        Judged::Unrelated => Verdict::Unrelated,
    }
}

/// The number of the layer in a tensor's name, and the name without it.
fn layer_and_kind(name: &str) -> (Option<u32>, String) {
    let parts: Vec<&str> = name.split('.').collect();
    let number = parts.iter().enumerate().skip(1).find_map(|(at, part)| Some((at, part.parse::<u32>().ok()?)));
    match number {
        Some((at, layer)) => (Some(layer), parts[at + 1..].join(".")),
        None => (None, name.to_owned()),
    }
}
