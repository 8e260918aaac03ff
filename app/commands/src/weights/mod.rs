//! The comparison of weights: two variants of any architecture in, a verdict for every deployed tensor out. Writes no file.

mod adapter;
mod claim;
mod lattice;
mod packed;
mod settings;
mod side;
mod sweep;
mod tensor;

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use parallax_artifact::{DType, SurveyFormat, survey};
use parallax_weights::{Alignment, Question, Reason, TensorView, Verdict as Judged, align, judge, robust_z};
use parallax_wire::{
    ComparedFiles, Cost, Error, FileNote, Progress, Role, TensorReport, UnmatchedTensor, Verdict, VerdictShare,
    WEIGHTS_SCHEMA, WeightsReport, WeightsRequest, WeightsSummary,
};

use crate::error::{Coded, refuse};
use crate::file_identity::file_identities;
use adapter::MergedAdapter;
use side::Side;
pub(crate) use side::sentence;
use sweep::Sweeper;

/// Rows and columns that depart furthest are named up to so many.
const MOST_LINES: usize = 8;
/// Share of the whole that opening and hashing take, on files that are in memory already.
const OPENED: f64 = 0.15;
/// Share of the whole that is done when all tensors are judged.
const COMPARED: f64 = 0.95;

/// Holds the weights of two variants against each other; everything of it is computed in this process.
///
/// `observe` is told how far it is by bytes, also from worker threads.
///
/// # Errors
/// When a variant cannot be read, has no tensors, or the claim names no known type.
pub fn weights(request: &WeightsRequest, observe: &(dyn Fn(Progress) + Sync)) -> Result<WeightsReport, Error> {
    let started = Instant::now();
    let step = |step: &str, fraction: f64| observe(Progress { step: step.to_owned(), fraction });
    let claimed = claim::parse(request.claim.as_deref())?;
    step("open-nominal", 0.0);
    let nominal = Side::open(&request.nominal)?;
    step("open-operative", OPENED / 2.0);
    let operative = Side::open(&request.operative)?;
    let adapter = request.adapter.as_deref().map(|path| survey(Path::new(path)).bad_input()).transpose()?;
    let adapter = adapter.as_ref().map(MergedAdapter::read).transpose()?;
    let (nominal_names, operative_names) = (nominal.named(), operative.named());
    let alignment = align(&nominal_names, &nominal.facts, &operative_names, &operative.facts);
    let expected = claim::expected(claimed, &operative);
    let work = Work::new(&nominal, &operative, &alignment);
    let mut tensors = Vec::with_capacity(alignment.pairs.len());
    let mut judged = Vec::with_capacity(alignment.pairs.len());
    for pair in &alignment.pairs {
        let columns = operative.tensors[pair.operative].shape.last().copied().unwrap_or(1);
        let shape = [pair.operative_rows.len(), columns];
        let deployed = operative.rows(pair.operative, &pair.operative_rows, &shape);
        let question = question(pair, deployed, (&nominal, &operative), adapter.as_ref(), request.seed);
        let sweeper = Sweeper::of(pair, &nominal, &operative);
        work.begin(pair_bytes(pair, &nominal, &operative));
        let advance = |bytes| work.advance(bytes, &step);
        let judgement = sweeper.around(|| {
            packed::judge_packed(pair, (&nominal, &operative), &question, &advance)
                .unwrap_or_else(|| judge(&question, &advance))
        });
        let mut report = tensor::report(pair, (&nominal, &operative), &judgement);
        if let Some(expected) = &expected {
            expected.fill(pair.operative, &mut report);
        }
        judged.push((judgement.verdict, report.parameters));
        tensors.push(report);
    }
    settle_origin(&judged, &mut tensors);
    fill_robust_z(&mut tensors);
    let claim = expected.map(|expected| expected.settle(&mut tensors));
    step("screen-lattice", COMPARED);
    let lattice = lattice::screen(&alignment, &nominal, &operative, request.seed);
    let unmatched = unmatched(&alignment, &nominal, &operative);
    Ok(WeightsReport {
        schema: WEIGHTS_SCHEMA.to_owned(),
        nominal: nominal.survey.name().to_owned(),
        operative: operative.survey.name().to_owned(),
        files: ComparedFiles {
            nominal: file_identities(nominal.survey.files()),
            operative: file_identities(operative.survey.files()),
        },
        claim,
        summary: summary(&tensors, &unmatched),
        tensors,
        unmatched,
        settings: settings::rows(&nominal.survey, &operative.survey),
        lattice,
        notes: notes(Role::Nominal, &nominal).into_iter().chain(notes(Role::Operative, &operative)).collect(),
        cost: Cost { seconds: started.elapsed().as_secs_f64(), peak_bytes: crate::memory::peak_bytes() },
    })
}

/// How many bytes there are to read, and how many were.
struct Work {
    total: u64,
    read: Mutex<Read>,
}

/// What was read: of the tensors that are done, and of the one that is being read.
#[derive(Default)]
struct Read {
    finished: u64,
    within: u64,
    tensor: u64,
}

impl Work {
    fn new(nominal: &Side, operative: &Side, alignment: &Alignment) -> Self {
        let total = alignment.pairs.iter().map(|pair| pair_bytes(pair, nominal, operative)).sum();
        Work { total, read: Mutex::default() }
    }

    fn begin(&self, bytes: u64) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        *read = Read { finished: read.finished + read.tensor, within: 0, tensor: bytes };
    }

    /// A tensor is read several times; how often is known only afterwards, so that each byte counts for a quarter, and
    /// all together for no more than the tensor. The lock is held while it is said, so that it never goes back.
    fn advance(&self, bytes: u64, step: &(dyn Fn(&str, f64) + Sync)) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.within += bytes;
        let done = read.finished + (read.within / 4).min(read.tensor);
        step("compare-weights", OPENED + (COMPARED - OPENED) * (done as f64 / self.total.max(1) as f64).min(1.0));
    }
}

fn pair_bytes(pair: &parallax_weights::Pair, nominal: &Side, operative: &Side) -> u64 {
    let published: usize = pair.nominal.iter().map(|&index| nominal.tensors[index].len).sum();
    (published + operative.tensors[pair.operative].len) as u64
}

fn question<'a>(
    pair: &parallax_weights::Pair,
    deployed: TensorView<'a>,
    (nominal, operative): (&'a Side, &'a Side),
    adapter: Option<&'a MergedAdapter<'a>>,
    seed: u64,
) -> Question<'a> {
    let name = &operative.tensors[pair.operative].name;
    let published = pair.nominal.first().map(|&index| nominal.tensors[index].name.as_str());
    Question {
        deployed,
        parts: pair.nominal.iter().map(|&index| nominal.view(index)).collect(),
        layouts: pair.layouts.clone(),
        units: tensor::units(name, &operative.tensors[pair.operative].shape),
        adapter: published.filter(|_| pair.nominal.len() == 1).and_then(|name| adapter?.part(name)),
        seed,
    }
}

/// Where nearly nothing of the model is related to the published one, a tensor without relation is no replaced part.
fn settle_origin(judged: &[(Judged, u64)], tensors: &mut [TensorReport]) {
    let weights = |of: fn(Judged) -> bool| -> u64 {
        judged.iter().filter(|(verdict, _)| of(*verdict)).map(|(_, parameters)| parameters).sum()
    };
    let unrelated = weights(|verdict| verdict == Judged::Replaced);
    let related = weights(|verdict| !matches!(verdict, Judged::Replaced | Judged::NotDecidable));
    if unrelated > 9 * related {
        for tensor in tensors.iter_mut().filter(|tensor| tensor.verdict == Verdict::Replaced) {
            tensor.verdict = Verdict::Unrelated;
        }
    }
}

/// Holds the relative error of each tensor against those of its type.
fn fill_robust_z(tensors: &mut [TensorReport]) {
    let mut types: Vec<String> = tensors.iter().map(|tensor| tensor.stored_type.clone()).collect();
    types.sort();
    types.dedup();
    for stored_type in types {
        let mut of_type: Vec<(&mut TensorReport, f64)> = tensors
            .iter_mut()
            .filter(|tensor| tensor.stored_type == stored_type && tensor.shape.len() > 1)
            .filter_map(|tensor| {
                let error = tensor.relative_error.filter(|error| *error > 0.0)?;
                Some((tensor, error))
            })
            .collect();
        let errors: Vec<f64> = of_type.iter().map(|(_, error)| *error).collect();
        // Too few tensors of a type have no spread to be held against, and then the field stays empty.
        let Ok(scores) = robust_z(&errors) else { continue };
        for ((tensor, _), score) in of_type.iter_mut().zip(scores) {
            tensor.robust_z = Some(score);
        }
    }
}

fn summary(tensors: &[TensorReport], unmatched: &[UnmatchedTensor]) -> WeightsSummary {
    let parameters: u64 = tensors.iter().map(|tensor| tensor.parameters).sum();
    let verdicts = Verdict::ALL
        .into_iter()
        .filter_map(|verdict| {
            let of = tensors.iter().filter(|tensor| tensor.verdict == verdict);
            let (count, weights) = of.fold((0, 0), |(count, weights), tensor| (count + 1, weights + tensor.parameters));
            let share = weights as f64 / parameters.max(1) as f64;
            (count > 0).then_some(VerdictShare { verdict, tensors: count, parameters: weights, share })
        })
        .collect();
    WeightsSummary {
        worst: tensors.iter().map(|tensor| tensor.verdict).max(),
        verdicts,
        parameters,
        unknown: unmatched.iter().filter(|tensor| tensor.reason == "unknown").count() as u64,
    }
}

fn unmatched(alignment: &Alignment, nominal: &Side, operative: &Side) -> Vec<UnmatchedTensor> {
    alignment
        .unmatched
        .iter()
        .map(|unmatched| {
            let (role, side) = match unmatched.side {
                parallax_weights::Side::Nominal => (Role::Nominal, nominal),
                parallax_weights::Side::Operative => (Role::Operative, operative),
            };
            let tensor = &side.tensors[unmatched.index];
            // An exporter writes what it computed into the graph: sizes, places and single numbers, and no weights.
            let computed = side.survey.format() == SurveyFormat::Onnx
                && unmatched.reason == Reason::Unknown
                && (tensor.n_elements() <= 1 || tensor.dtype.is_integer() || tensor.dtype == DType::Bool);
            let reason = if computed { Reason::Generated } else { unmatched.reason };
            UnmatchedTensor {
                side: role,
                name: tensor.name.clone(),
                stored_type: tensor.type_name().to_owned(),
                shape: tensor.shape.iter().map(|&dimension| dimension as u64).collect(),
                reason: reason.as_str().to_owned(),
            }
        })
        .collect()
}

fn notes(role: Role, side: &Side) -> Vec<FileNote> {
    let changed = side.survey.changes();
    side.survey
        .notes()
        .iter()
        .chain(&changed)
        .map(|note| FileNote {
            side: role,
            code: note.kind.code().to_owned(),
            file: note.file.clone(),
            detail: sentence(note),
        })
        .collect()
}

/// Refuses a variant that has nothing to compare.
fn without_tensors(name: &str, why: &str) -> Error {
    refuse(format!("`{name}` ({why}) holds no tensors that can be compared"))
}
