//! What a variant is, whether it can be run or not. Reads it; runs nothing of it.

use std::collections::BTreeMap;
use std::path::Path;

use parallax_artifact::{GgufValue, NotRunnable, Survey, survey};
use parallax_weights::FileType;
use parallax_wire::{
    Code, Error, FileIdentity, IDENTITY_SCHEMA, IdentifyRequest, IdentityNote, Lineage, Progress, TensorIdentity,
    VariantIdentity,
};
use serde_json::json;

use crate::error::Coded;
use crate::file_identity::file_identities;
use crate::weights::sentence;

/// The type of an in-toto statement (in-toto attestation framework, spec v1).
const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// What the statement says of its subjects: an identity of this program.
const PREDICATE_TYPE: &str = "urn:parallax:identity:1";

/// Keys of a GGUF that say where it comes from.
const ORIGIN: [&str; 8] = [
    "general.author",
    "general.organization",
    "general.basename",
    "general.finetune",
    "general.version",
    "general.source.url",
    "general.repo_url",
    "general.quantization_version",
];

/// Says what a variant is; everything of it is computed in this process.
///
/// # Errors
/// When it cannot be read.
pub fn identify(request: &IdentifyRequest, observe: &(dyn Fn(Progress) + Sync)) -> Result<VariantIdentity, Error> {
    let step = |step: &str, fraction: f64| observe(Progress { step: step.to_owned(), fraction });
    step("hash", 0.0);
    let variant = survey(Path::new(&request.variant)).bad_input()?;
    step("identify", 0.4);
    let total: usize = variant.tensors().iter().map(|tensor| tensor.len).sum();
    let mut read = 0;
    let mut tensors = Vec::with_capacity(variant.tensors().len());
    let mut facts = Vec::with_capacity(variant.tensors().len());
    for tensor in variant.tensors() {
        let values = variant.values(tensor);
        tensors.push(TensorIdentity {
            name: tensor.name.clone(),
            file: variant.containers()[tensor.file].name().to_owned(),
            stored_type: tensor.type_name().to_owned(),
            true_type: values.precision.map(|precision| precision.as_str().to_owned()),
            shape: tensor.shape.iter().map(|&dimension| dimension as u64).collect(),
            size: tensor.len as u64,
            sha256: variant.sha256(tensor),
        });
        facts.push(values);
        read += tensor.len;
        step("identify", 0.4 + 0.6 * read as f64 / total.max(1) as f64);
    }
    let parameters = variant.parameters();
    let mut types: BTreeMap<String, u64> = BTreeMap::new();
    for tensor in variant.tensors() {
        *types.entry(tensor.type_name().to_owned()).or_default() += tensor.n_elements();
    }
    let mut notes = variant.notes().to_vec();
    notes.extend(variant.value_notes(&facts));
    notes.extend(variant.changes());
    Ok(VariantIdentity {
        schema: IDENTITY_SCHEMA.to_owned(),
        name: variant.name().to_owned(),
        format: variant.format().as_str().to_owned(),
        architecture: variant.architecture().map(str::to_owned),
        file_type: file_type(&variant).map(|label| label.name().to_owned()),
        cannot_run: cannot_run(&variant),
        not_counted: parameters.total.as_ref().and(parameters.active.as_ref()).err().map(ToString::to_string),
        parameters: parameters.total.ok(),
        active_parameters: parameters.active.ok(),
        types,
        lineage: lineage(&variant),
        files: file_identities(variant.files()),
        uncounted: variant.uncounted_files().iter().map(|file| file.name.clone()).collect(),
        tensors,
        notes: notes
            .iter()
            .map(|note| IdentityNote {
                code: note.kind.code().to_owned(),
                file: note.file.clone(),
                detail: sentence(note),
            })
            .collect(),
    })
}

/// The label that a GGUF gives itself.
pub(crate) fn file_type(variant: &Survey) -> Option<FileType> {
    let number = variant.gguf()?.u64("general.file_type")?;
    FileType::from_number(u32::try_from(number).ok()?)
}

fn cannot_run(variant: &Survey) -> Option<String> {
    match variant.not_runnable() {
        Some(NotRunnable::Quantized { method }) => Some(format!("its weights are codes of the method {method}")),
        Some(NotRunnable::Onnx) => Some("its weights are ONNX files".to_owned()),
        Some(NotRunnable::Adapter) => Some("it is an adapter and no model".to_owned()),
        None => match variant.architecture() {
            Some("bert") => None,
            Some(other) => Some(format!("its architecture {other} is not among those that are run: bert")),
            None => Some("its files name no architecture".to_owned()),
        },
    }
}

/// Everything that its files claim about its origin.
fn lineage(variant: &Survey) -> Lineage {
    let mut lineage = Lineage::default();
    if let Some(card) = variant.card() {
        lineage.base_models = card.base_models().into_iter().map(str::to_owned).collect();
        lineage.license = card.licenses().first().map(|license| (*license).to_owned());
    }
    if let Some(adapter) = variant.adapter() {
        lineage.base_models.extend(adapter.base_model.clone());
    }
    if let Some(gguf) = variant.gguf() {
        let text = |key: &str| gguf.string(key).map(str::to_owned);
        lineage.name = text("general.name");
        lineage.license = lineage.license.or_else(|| text("general.license"));
        lineage.quantized_by = text("general.quantized_by");
        let base = |index: u64| {
            text(&format!("general.base_model.{index}.repo_url"))
                .or_else(|| text(&format!("general.base_model.{index}.name")))
        };
        let count = gguf.u64("general.base_model.count").unwrap_or(0).min(64);
        lineage.base_models.extend((0..count).filter_map(base));
        for key in ORIGIN {
            let value = match gguf.get(key) {
                Some(GgufValue::String(value)) => value.clone(),
                Some(GgufValue::U32(value)) => value.to_string(),
                _ => continue,
            };
            lineage.others.insert(key.to_owned(), value);
        }
    }
    lineage
}

/// Writes an unsigned in-toto statement: the files as subjects, the identity as what is said of them.
///
/// # Errors
/// When the file cannot be written; nothing is left half-written then.
pub fn write_statement(identity: &VariantIdentity, path: &Path) -> Result<(), Error> {
    let subject = |file: &FileIdentity| json!({"name": file.name, "digest": {"sha256": file.sha256}});
    let statement = json!({
        "_type": STATEMENT_TYPE,
        "subject": identity.files.iter().map(subject).collect::<Vec<_>>(),
        "predicateType": PREDICATE_TYPE,
        "predicate": identity,
    });
    let mut bytes = serde_json::to_vec_pretty(&statement).internal()?;
    bytes.push(b'\n');
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |source: std::io::Error| {
        let mut error = Error::new(Code::BadInput, format!("`{}` cannot be written", path.display()));
        error.causes.push(source.to_string());
        error
    };
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    std::io::Write::write_all(&mut file, &bytes).map_err(failed)?;
    file.persist(path).map_err(|failure| failed(failure.error))?;
    Ok(())
}
