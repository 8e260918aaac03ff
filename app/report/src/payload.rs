//! Every file of a bundle except its signature, as bytes: what the export preview shows and what sealing writes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use parallax_wire::{Event, Identity, PreviewFile};
use parallax_words::Words;
use serde_json::{Value, json};

use crate::content::BundleContent;
use crate::evidence::{Evidence, json_bytes, sha256_hex};
use crate::{Error, annotations, check_draft, howto, page, plain};

/// Namespace that binds a signature to its purpose.
pub const NAMESPACE: &str = "contestation-report@v1";

/// The one signed file.
pub(crate) const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// Its signature.
pub(crate) const SIGNATURE: &str = "tagmanifest-sha256.txt.sig";
/// The list of everything under `data/`.
pub(crate) const MANIFEST: &str = "manifest-sha256.txt";
/// The declaration that RFC 8493 asks for.
pub(crate) const BAGIT: &str = "bagit.txt";
/// Content of that declaration.
pub(crate) const BAGIT_DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
/// What the bag is.
pub(crate) const BAG_INFO: &str = "bag-info.txt";
/// The files that the tag manifest lists.
pub(crate) const TAG_FILES: [&str; 3] = [BAG_INFO, BAGIT, MANIFEST];
/// The report.
pub(crate) const REPORT: &str = "data/report.json";
/// The schema that travels along.
const SCHEMA: &str = include_str!("../schema/contestation-report-0.1.schema.json");

/// Exactly the files that sealing writes, except the signature, byte for byte.
///
/// # Errors
/// When something is missing from the contestation or may not leave, or a sentence may not be said.
pub fn preview(content: &BundleContent) -> Result<Vec<PreviewFile>, Error> {
    let files = bundle_files(content)?;
    Ok(files
        .into_iter()
        .map(|(path, bytes)| PreviewFile {
            path,
            size: bytes.len() as u64,
            sha256: sha256_hex(&bytes),
            // Every file is made from texts, so nothing is replaced here.
            content: String::from_utf8_lossy(&bytes).into_owned(),
        })
        .collect())
}

/// Path and bytes of every file of a bundle except the signature.
///
/// # Errors
/// As [`preview`].
pub(crate) fn bundle_files(content: &BundleContent) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let missing = check_draft(content)?;
    if !missing.is_empty() {
        return Err(Error::NotReady { missing });
    }
    let report = content.exported_report();
    let words = Words::english();
    let evidence = Evidence::of(content)?;

    let mut files = BTreeMap::new();
    let mut add = |path: &str, bytes: Vec<u8>| files.insert(path.to_owned(), bytes);
    add(REPORT, json_bytes(&report)?);
    add("data/annotations.jsonl", annotations::json_lines(content, &evidence)?);
    add("data/report.en.html", page::contestation_page(&words, content)?.into_bytes());
    add("data/report.en.txt", plain::contestation_text(content)?.into_bytes());
    add("data/schema/contestation-report-0.1.schema.json", SCHEMA.as_bytes().to_vec());
    add(
        "data/subject/published.json",
        json_bytes(&subject("published", &content.audit.nominal, &report.subject.published))?,
    );
    add(
        "data/subject/deployed.json",
        json_bytes(&subject("deployed", &content.audit.operative, &report.subject.deployed))?,
    );
    add("data/reproduce/recipe.json", json_bytes(&report.reproduce)?);
    add("data/reproduce/HOWTO.en.txt", howto::howto(&report)?);
    add("data/consent.json", json_bytes(&report.consent)?);
    add("data/history.jsonl", history(&content.history)?);
    files.extend(evidence.files);

    let manifest = manifest(files.iter());
    files.insert(BAGIT.to_owned(), BAGIT_DECLARATION.as_bytes().to_vec());
    files.insert(BAG_INFO.to_owned(), format!("External-Identifier: {}\n", report.id).into_bytes());
    files.insert(MANIFEST.to_owned(), manifest);
    let tags = self::manifest(files.iter().filter(|(path, _)| TAG_FILES.contains(&path.as_str())));
    files.insert(TAG_MANIFEST.to_owned(), tags);
    Ok(files)
}

/// A list of hashes and paths as `sha256sum` reads it, in the order of the paths.
fn manifest<'a>(files: impl Iterator<Item = (&'a String, &'a Vec<u8>)>) -> Vec<u8> {
    let mut text = String::new();
    for (path, bytes) in files {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}  {path}", sha256_hex(bytes));
    }
    text.into_bytes()
}

/// One side of what is contested: file list and description, never weights.
fn subject(side: &str, identity: &Identity, files: &[parallax_wire::FileIdentity]) -> Value {
    json!({
        "architecture": identity.architecture,
        "dim": identity.dim,
        "files": files,
        "labels": identity.labels,
        "n_layers": identity.n_layers,
        "n_params": identity.n_params,
        "name": identity.name,
        "side": side,
        "tensor_types": identity.tensor_types,
        "tokenizer": identity.tokenizer,
    })
}

/// The history without what each event concerns.
fn history(events: &[Event]) -> Result<Vec<u8>, Error> {
    let mut lines = Vec::new();
    for event in events {
        let line = json!({
            "date": event.date,
            "hash": event.hash,
            "kind": event.kind,
            "payload_sha256": event.payload_sha256,
            "prev_hash": event.prev_hash,
            "seq": event.seq,
        });
        serde_json::to_writer(&mut lines, &line)?;
        lines.push(b'\n');
    }
    Ok(lines)
}
