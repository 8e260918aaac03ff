//! Annotations as W3C Web Annotations, one JSON object a line, anchored to the exact bytes of an evidence file.

use parallax_wire::{Annotation, Direction, Motivation, TargetKind};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::Error;
use crate::content::{BundleContent, ItemIndex};
use crate::evidence::Evidence;

/// All annotations as JSON Lines, in the order given.
///
/// # Errors
/// When a value cannot be written as JSON.
pub(crate) fn json_lines(content: &BundleContent, evidence: &Evidence) -> Result<Vec<u8>, Error> {
    let index = ItemIndex::new(&content.items);
    let mut lines = Vec::new();
    for annotation in &content.annotations {
        let (target, pointer) = target(annotation, evidence, &index);
        let line = json!({
            "@context": ["http://www.w3.org/ns/anno.jsonld", {"contesting": "urn:contestation-report:contesting"}],
            "body": {
                "format": "text/plain",
                "language": annotation.body.lang,
                "textDirection": direction(annotation.body.dir),
                "type": "TextualBody",
                "value": annotation.body.value,
            },
            "created": annotation.created,
            "creator": {"nickname": annotation.author, "type": "Person"},
            "id": format!("urn:uuid:{}", annotation.id.trim_start_matches("urn:uuid:")),
            "motivation": motivation(annotation.motivation),
            "target": target,
            "type": "Annotation",
            // The file that the hash in `target.source` names, for readers without an index of hashes.
            "via": pointer,
        });
        serde_json::to_writer(&mut lines, &line)?;
        lines.push(b'\n');
    }
    Ok(lines)
}

/// The W3C target of an annotation, and the path of the evidence file it names by hash.
fn target(annotation: &Annotation, evidence: &Evidence, index: &ItemIndex) -> (Value, Option<String>) {
    let path = match annotation.target {
        TargetKind::Item => index
            .by_path(&annotation.target_id)
            .and_then(|item| evidence.item_texts.get(&(item.suite.clone(), item.id.clone()))),
        TargetKind::Category => evidence.categories.get(&annotation.target_id),
        TargetKind::Finding => evidence.findings.get(&annotation.target_id),
    };
    let Some((path, bytes)) = path.and_then(|path| evidence.files.get(path).map(|bytes| (path, bytes))) else {
        return (Value::Null, None);
    };
    let source = named_information(bytes);
    let target = match (annotation.target, std::str::from_utf8(bytes)) {
        (TargetKind::Item, Ok(text)) => json!({
            "selector": [
                {"exact": text, "type": "TextQuoteSelector"},
                // Code points, as the Web Annotation model asks; never graphemes or UTF-16 units.
                {"end": text.chars().count(), "start": 0, "type": "TextPositionSelector"},
                {"end": bytes.len(), "start": 0, "type": "DataPositionSelector"},
            ],
            "source": source,
        }),
        _ => json!({"source": source}),
    };
    (target, Some(path.clone()))
}

/// The name of bytes by their hash, `ni:///sha-256;…` with unpadded base64url (RFC 6920, section 3).
fn named_information(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut name = String::from("ni:///sha-256;");
    for chunk in Sha256::digest(bytes).chunks(3) {
        let mut three = [0_u8; 3];
        three[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for position in 0..=chunk.len() {
            let sextet = (bits >> (18 - 6 * position)) & 0x3f;
            name.push(char::from(ALPHABET[sextet as usize]));
        }
    }
    name
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Ltr => "ltr",
        Direction::Rtl => "rtl",
        Direction::Auto => "auto",
    }
}

fn motivation(motivation: Motivation) -> Value {
    match motivation {
        Motivation::Assessing => json!(["assessing"]),
        Motivation::Commenting => json!(["commenting"]),
        Motivation::Contesting => json!(["contesting", "assessing"]),
        Motivation::Questioning => json!(["questioning"]),
    }
}
