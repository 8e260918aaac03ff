//! Opening a variant for looking at it: its weight files first, then what its other files say, then what contradicts what.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::container::{Container, StoredTensor, open_container};
use super::find::{Found, INDEX, find, is_pickle};
use super::index::{self, Index, MOST_TENSORS};
use super::note::{NoteKind, Notes};
use super::reading::Reading;
use super::split::{SplitKeys, SplitName};
use super::{IndexFault, SplitFault, Survey, SurveyFormat, config, onnx, quantization, vocabulary};
use crate::error::{is_unseen, shown};
use crate::file::{format_of, sha256_hex};
use crate::folder::display_name;
use crate::{ArtifactFile, Error, Role};

/// Opens a variant of any architecture for looking at its bytes, whether it can be run or not.
///
/// Takes a Hugging Face folder with one safetensors file or with shards and their index, an adapter's folder, a folder
/// with one GGUF or one set of split ones, a folder of ONNX files (of several none is opened), and a single
/// `.safetensors`, `.gguf` or `.onnx` file; the other files of a split GGUF, or of an ONNX model, are looked for beside it.
/// Every file that counts is read once to hash it; pages of weights are given back behind the reading.
/// Headers are read with limits: at most about 0.75 GiB of memory for the most hostile of them, and tens of MB for real ones.
///
/// # Errors
/// One sentence that names the file and the reason: what breaks a format so that its tensors have no certain place,
/// a tensor or a key that is there twice, files of a set that do not fit together, JSON that is not sound.
pub fn survey(path: &Path) -> Result<Survey, Error> {
    let mut found = find(path)?;
    let mut notes = Notes::default();
    let mut reading = Reading::default();
    let index = match found.format {
        SurveyFormat::ShardedFolder => Some(read_index(&mut found, &mut reading)?),
        _ => None,
    };
    let (containers, tensors) = open_containers(&mut found, &mut notes)?;
    let by_name = names(&containers, &tensors)?;
    if let Some(index) = &index {
        check_index(&found, index, &containers, &tensors, &by_name, &mut notes)?;
    }
    check_split(&found, &containers, &tensors, &mut notes)?;
    let files = read_files(&found, &containers, &mut reading, &mut notes)?;
    note_folder(&found, &mut notes);
    let paths = found.weights.iter().map(|(_, path)| path.clone()).collect();
    let uncounted =
        if found.whole_folder { found.folder.uncounted(|name| found.role_of(name).is_some()) } else { Vec::new() };
    let mut survey = Survey {
        name: display_name(path),
        path: path.to_path_buf(),
        format: found.format,
        files,
        uncounted,
        containers,
        paths,
        tensors,
        by_name,
        documents: reading.documents,
        tokenizer: reading.tokenizer,
        templates: reading.templates,
        card: reading.card,
        adapter: reading.adapter,
        quantization: reading.quantization,
        notes: Vec::new(),
    };
    note_contents(&mut survey, &mut notes);
    survey.notes = notes.into_notes();
    Ok(survey)
}

/// Reads the index and puts the files that it names among the weights.
fn read_index(found: &mut Found, reading: &mut Reading) -> Result<Index, Error> {
    let label = found.label(INDEX);
    let bytes = found.folder.read(INDEX)?.unwrap_or_default();
    let index = index::parse(&bytes).map_err(|fault| Error::Json { file: label.clone(), fault })?;
    let wrong = |fault| Error::Index { file: label.clone(), fault };
    index::check(&index).map_err(wrong)?;
    for (number, shard) in index.shards.iter().enumerate() {
        if !found.folder.has(shard) {
            let tensor = index.weight_map.iter().find(|&(_, &file)| file == number).map(|(name, _)| shown(name));
            let (tensor, shard) = (tensor.unwrap_or_default(), shown(shard));
            return Err(wrong(IndexFault::ShardMissing { tensor, shard }));
        }
        found.weights.push((shard.clone(), found.folder.path(shard)?));
    }
    reading.already_read = Some((INDEX.to_owned(), bytes));
    Ok(index)
}

fn open_containers(found: &mut Found, notes: &mut Notes) -> Result<(Vec<Container>, Vec<StoredTensor>), Error> {
    if let (SurveyFormat::Onnx, [(name, path)]) = (found.format, found.weights.as_slice()) {
        let opened = onnx::open(path, name, &found.label(name), notes)?;
        found.weights.extend(opened.beside);
        return Ok((opened.containers, opened.tensors));
    }
    let mut containers = Vec::with_capacity(found.weights.len());
    let mut tensors = Vec::new();
    for (file, (name, path)) in found.weights.iter().enumerate() {
        let label = found.label(name);
        let (container, more) = open_container(path, name, &label, file, notes)?;
        containers.push(container);
        tensors.extend(more);
        if tensors.len() > MOST_TENSORS {
            let fault = IndexFault::TooManyTensors { count: tensors.len(), most: MOST_TENSORS };
            return Err(Error::Index { file: label, fault });
        }
    }
    Ok((containers, tensors))
}

/// Positions by name; a name in two files would mean one thing to one reader and another to the next.
fn names(containers: &[Container], tensors: &[StoredTensor]) -> Result<BTreeMap<String, usize>, Error> {
    let mut by_name = BTreeMap::new();
    for (position, tensor) in tensors.iter().enumerate() {
        if let Some(earlier) = by_name.insert(tensor.name.clone(), position) {
            let file = |tensor: &StoredTensor| shown(&containers[tensor.file].name);
            let (first, second) = (file(&tensors[earlier]), file(tensor));
            return Err(Error::TensorInTwoFiles { tensor: tensor.name.clone(), first, second });
        }
    }
    Ok(by_name)
}

/// Holds the index against what the files hold.
fn check_index(
    found: &Found,
    index: &Index,
    containers: &[Container],
    tensors: &[StoredTensor],
    by_name: &BTreeMap<String, usize>,
    notes: &mut Notes,
) -> Result<(), Error> {
    for (name, &shard) in &index.weight_map {
        // Containers come in the order of the index's files.
        if by_name.get(name).is_none_or(|&position| tensors[position].file != shard) {
            let fault = IndexFault::TensorMissing { tensor: shown(name), shard: shown(&index.shards[shard]) };
            return Err(Error::Index { file: found.label(INDEX), fault });
        }
    }
    for tensor in tensors.iter().filter(|tensor| !index.weight_map.contains_key(&tensor.name)) {
        let (begin, end) = (tensor.offset, tensor.offset + tensor.len);
        let kind = NoteKind::Unlisted { tensor: tensor.name.clone() };
        notes.about_bytes(&containers[tensor.file].name, begin, end, kind);
    }
    let total = tensors.iter().map(|tensor| tensor.len as u64).sum::<u64>();
    if let Some(stated) = index.total_size.filter(|&stated| stated != total) {
        notes.about_key(INDEX, "metadata.total_size", NoteKind::IndexSize { stated, found: total });
    }
    Ok(())
}

/// Holds what GGUF files say about the set they belong to against their names and contents.
fn check_split(
    found: &Found,
    containers: &[Container],
    tensors: &[StoredTensor],
    notes: &mut Notes,
) -> Result<(), Error> {
    if !matches!(found.format, SurveyFormat::Gguf | SurveyFormat::SplitGguf) {
        return Ok(());
    }
    for (position, container) in containers.iter().enumerate() {
        let wrong = |fault| Error::Split { file: found.label(&container.name), fault };
        let Some(metadata) = container.gguf() else { continue };
        let keys = SplitKeys::read(metadata).map_err(wrong)?;
        match (SplitName::parse(&container.name), keys) {
            // A set of one file is a file.
            (None, Some(keys)) if keys.count > 1 => return Err(wrong(SplitFault::Name { count: keys.count })),
            (None, _) => {}
            (Some(_), None) => return Err(wrong(SplitFault::Key { key: "split.count" })),
            (Some(name), Some(keys)) => keys.check(&name, tensors.len() as u64).map_err(wrong)?,
        }
        let first = containers[0].gguf().map_or(metadata.version(), |first| first.version());
        if metadata.version() != first {
            return Err(wrong(SplitFault::Version { first, found: metadata.version() }));
        }
        if position > 0 {
            let own = |key: &str| key.starts_with("split.") || key == "general.alignment";
            for (key, _) in metadata.entries().filter(|(key, _)| !own(key)) {
                notes.about_key(&container.name, key, NoteKind::LaterMetadata { key: key.to_owned() });
            }
        }
    }
    Ok(())
}

/// Hashes every file that counts, sorted by name, and takes in what the small ones say.
fn read_files(
    found: &Found,
    containers: &[Container],
    reading: &mut Reading,
    notes: &mut Notes,
) -> Result<Vec<ArtifactFile>, Error> {
    let mut files = Vec::new();
    for name in found.folder.names() {
        let Some(role) = found.role_of(name) else { continue };
        let container = containers.iter().find(|container| container.name == name);
        let (size, sha256) = match container {
            Some(container) => (container.size() as u64, container.pages().sha256(0, container.size())),
            None if role == Role::Weights => hash_file(&found.folder.path(name)?, &found.label(name))?,
            None => {
                let bytes = match reading.already_read.take() {
                    Some((read, bytes)) if read == name => bytes,
                    other => {
                        reading.already_read = other;
                        found.folder.read(name)?.unwrap_or_default()
                    }
                };
                reading.take_in(name, &found.label(name), &bytes, notes)?;
                (bytes.len() as u64, sha256_hex(&bytes))
            }
        };
        let format = if role == Role::Weights && container.is_none() { "onnx" } else { format_of(name) };
        files.push(ArtifactFile { role, name: name.to_owned(), format, size, sha256 });
    }
    // A file whose name is not UTF-8 is not found again by the name that it is shown under.
    for container in containers {
        if !files.iter().any(|file| file.name == container.name) {
            let (size, sha256) = (container.size() as u64, container.pages().sha256(0, container.size()));
            let (role, format) = (Role::Weights, format_of(&container.name));
            files.push(ArtifactFile { role, name: container.name.clone(), format, size, sha256 });
        }
    }
    files.sort_by(|first, second| first.name.cmp(&second.name));
    Ok(files)
}

/// Hashes a file of any size, a window at a time.
fn hash_file(path: &PathBuf, label: &str) -> Result<(u64, String), Error> {
    let unreadable = |reason| Error::Unreadable { file: label.to_owned(), reason };
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    let mut window = vec![0; 1 << 20];
    let mut hash = Sha256::new();
    let mut size = 0;
    loop {
        let count = file.read(&mut window).map_err(unreadable)?;
        if count == 0 {
            break;
        }
        hash.update(&window[..count]);
        size += count as u64;
    }
    Ok((size, hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}

/// Notes what else lies in the folder: weights that are not read, programs, names that collide or hide something.
fn note_folder(found: &Found, notes: &mut Notes) {
    let folder = &found.folder;
    if found.format == SurveyFormat::Safetensors
        && folder.has(INDEX)
        && let Some((name, _)) = found.weights.first().filter(|(name, _)| name != "model.safetensors")
    {
        notes.about_file(name, NoteKind::OneOfSeveral);
    }
    if !found.whole_folder {
        return;
    }
    if found.format == SurveyFormat::HuggingFaceFolder && folder.has(INDEX) {
        notes.about_file(INDEX, NoteKind::IndexUnused);
    }
    let mut lower: BTreeMap<String, &str> = BTreeMap::new();
    for name in folder.names() {
        if name.chars().any(is_unseen) {
            notes.about_file(name, NoteKind::OddName);
        }
        if let Some(other) = lower.insert(name.to_lowercase(), name) {
            notes.about_file(name, NoteKind::CaseCollision { other: shown(other) });
        }
        if found.role_of(name).is_some() {
            continue;
        }
        if name.ends_with(".py") {
            notes.about_file(name, NoteKind::CodeFile);
        } else if let Some(why) = why_not_read(name) {
            notes.about_file(name, NoteKind::OtherWeights { why });
        }
    }
}

fn why_not_read(name: &str) -> Option<&'static str> {
    if name.ends_with(".safetensors") || name.ends_with(".gguf") {
        Some("another file is the model")
    } else if is_pickle(name) {
        Some("it may be a pickle, a program from a stranger")
    } else {
        let others = [".onnx", ".onnx_data", ".onnx.data", ".h5", ".msgpack", ".ot", ".tflite", ".mlmodel", ".npz"];
        others.iter().any(|ending| name.ends_with(ending)).then_some("its format is not one that is read here")
    }
}

/// Notes where the files contradict each other.
fn note_contents(survey: &mut Survey, notes: &mut Notes) {
    let rows = config::embedding_rows(&survey.tensors);
    if let Some(document) = survey.config() {
        config::note_config("config.json", document, notes);
        config::note_head("config.json", document, &survey.tensors, &survey.containers, notes);
        let stated = document.get("vocab_size").and_then(serde_json::Value::as_u64);
        if let (Some(stated), Some(found)) = (stated, rows)
            && stated != found
            && survey.format != SurveyFormat::Adapter
        {
            let (what, other) = ("it".to_owned(), "the number of rows of the token table".to_owned());
            notes.about_key("config.json", "vocab_size", NoteKind::Disagrees { what, stated, other, found });
        }
    } else if matches!(
        survey.format,
        SurveyFormat::HuggingFaceFolder | SurveyFormat::ShardedFolder | SurveyFormat::Safetensors
    ) && let Some(container) = survey.containers.first()
    {
        notes.about_file(&container.name, NoteKind::NoConfig);
    }
    for container in &survey.containers {
        let Some(metadata) = container.gguf() else { continue };
        config::note_gguf(&container.name, metadata, &survey.tensors, notes);
        vocabulary::note_gguf_tokens(&container.name, metadata, rows, notes);
        vocabulary::from_gguf(&container.name, metadata, &mut survey.templates);
    }
    if let Some(facts) = &survey.tokenizer {
        vocabulary::note_tokenizer("tokenizer.json", facts, rows, notes);
    }
    vocabulary::note_templates(&survey.templates, notes);
    if let Some(container) = survey.containers.first() {
        quantization::note(survey.quantization.as_ref(), &container.name, &survey.tensors, notes);
    }
}
