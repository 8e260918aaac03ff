//! From a finding to a sealed bundle that other tools confirm, and what they say when it was touched.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::{own_case, ran, run, run_json, tool};

/// Contests the first finding of the demonstration and seals it; the folder of the bundle.
fn sealed(folder: &Path) -> PathBuf {
    sealed_from(folder, "F1")
}

/// The same from any finding.
fn sealed_from(folder: &Path, finding: &str) -> PathBuf {
    let opened = run_json(folder, &["contest", "case.parallax", "new", "--finding", finding]);
    let id = opened["id"].as_str().expect("a contestation has an id").trim_start_matches("urn:uuid:").to_owned();
    let early = run(folder, &["contest", "case.parallax", "seal", &id]);
    assert_eq!(early.code, Some(2), "what is wrong was not said yet, so nothing can be sealed");
    let edited = run(
        folder,
        &[
            "contest",
            "case.parallax",
            "edit",
            &id,
            "--summary",
            "ನಮ್ಮ ಕೆಲಸವನ್ನು ಬೇರೆ ಹೆಸರಿನಲ್ಲಿ ಎಣಿಸುತ್ತಾರೆ.",
            "--lang",
            "kn",
            "--ask",
            "explain",
            "--ask",
            "restore_published",
            "--signatory",
            "Example Works",
            "--signatory-role",
            "deployer",
            "--scope",
            "AMBER",
            "--recipient",
            "Example Works",
            "--as",
            "neem",
            "--reviewer-role",
            "affected",
        ],
    );
    assert_eq!(edited.code, Some(0), "{}", edited.err);
    let preview = run_json(folder, &["contest", "case.parallax", "preview", &id]);
    let sealed = run_json(folder, &["contest", "case.parallax", "seal", &id, "--into", "."]);
    let bundle = folder.join(sealed["folder"].as_str().expect("sealing names its folder"));
    for file in preview.as_array().expect("a preview lists files") {
        let path = file["path"].as_str().expect("a file has a path");
        let bytes = std::fs::read(bundle.join(path)).expect("what was previewed was sealed");
        let previewed = file["content"].as_str().expect("a file has its content");
        assert!(bytes == previewed.as_bytes(), "{path} should leave exactly as previewed");
    }
    bundle
}

/// Runs `parallax verify`; its exit code and what it says.
fn verify(bundle: &Path) -> (Option<i32>, String) {
    let ran = run(bundle, &["verify", bundle.to_str().expect("a UTF-8 path")]);
    (ran.code, ran.out)
}

fn ssh_keygen_agrees(bundle: &Path) -> bool {
    let manifest = std::fs::File::open(bundle.join("tagmanifest-sha256.txt")).expect("the signed file is there");
    let checked = tool("ssh-keygen")
        .args(["-Y", "check-novalidate", "-n", "contestation-report@v1", "-s"])
        .arg(bundle.join("tagmanifest-sha256.txt.sig"))
        .stdin(Stdio::from(manifest))
        .output()
        .expect("ssh-keygen starts; `cargo xtask setup` installs it");
    checked.status.success()
}

fn sha256sum_agrees(bundle: &Path) -> bool {
    ["tagmanifest-sha256.txt", "manifest-sha256.txt"].iter().all(|manifest| {
        let checked = tool("sha256sum").args(["--check", "--strict", manifest]).current_dir(bundle).output();
        checked.expect("sha256sum starts").status.success()
    })
}

#[test]
fn a_sealed_bundle_is_intact_for_us_and_for_other_tools() {
    let folder = own_case();
    let bundle = sealed(folder.path());
    let (code, said) = verify(&bundle);
    assert_eq!(code, Some(0), "{said}");
    assert!(ssh_keygen_agrees(&bundle), "ssh-keygen should accept the signature");
    assert!(sha256sum_agrees(&bundle), "sha256sum should accept both manifests");
    let again = run(folder.path(), &["contest", "case.parallax", "list"]);
    assert!(again.out.contains("sealed"), "the case should remember that it was sealed: {}", again.out);
}

#[test]
fn every_change_to_a_bundle_is_caught_with_a_sentence_of_its_own() {
    let folder = own_case();
    let bundle = sealed(folder.path());
    let page = bundle.join("data/report.en.html");
    let original = std::fs::read(&page).expect("the page is there");

    let mut changed = original.clone();
    changed[original.len() / 2] ^= 1;
    std::fs::write(&page, &changed).expect("the page can be changed");
    let (code, said_changed) = verify(&bundle);
    assert_eq!(code, Some(1), "a changed byte should be caught");
    assert!(said_changed.contains("data/report.en.html"), "{said_changed}");
    assert!(!sha256sum_agrees(&bundle), "sha256sum should see the changed byte too");

    std::fs::remove_file(&page).expect("the page can be removed");
    let (code, said_removed) = verify(&bundle);
    assert_eq!(code, Some(1), "a removed file should be caught");

    std::fs::write(&page, &original).expect("the page can be put back");
    assert_eq!(verify(&bundle).0, Some(0), "the bundle should be intact again");
    std::fs::write(bundle.join("data/added.txt"), "one more").expect("a file can be added");
    let (code, said_added) = verify(&bundle);
    assert_eq!(code, Some(1), "an added file should be caught");

    assert_ne!(said_changed, said_removed, "a change and a removal are different things");
    assert_ne!(said_removed, said_added, "a removal and an addition are different things");
    assert!(said_added.contains("data/added.txt"), "{said_added}");
}

#[test]
fn nothing_that_tells_where_or_when_it_was_made_leaves() {
    let folder = own_case();
    let bundle = sealed(folder.path());
    let here = folder.path().to_str().expect("a UTF-8 path").to_owned();
    let user = std::env::var("USER").unwrap_or_default();
    let host = ran(&tool("uname").arg("-n").output().expect("uname starts")).out.trim().to_owned();
    let mut files = vec![bundle];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(
                std::fs::read_dir(&path).expect("a folder can be listed").map(|entry| entry.expect("an entry").path()),
            );
            continue;
        }
        let text = String::from_utf8_lossy(&std::fs::read(&path).expect("a file can be read")).into_owned();
        assert!(!text.contains(&here), "{} holds a path of this machine", path.display());
        for name in [&user, &host].into_iter().filter(|name| name.len() > 4) {
            assert!(!text.contains(name.as_str()), "{} holds the name `{name}`", path.display());
        }
    }
}

#[test]
fn changed_numbers_can_be_contested_though_no_item_shows_them() {
    let folder = own_case();
    let findings = run_json(folder.path(), &["case", "case.parallax", "findings"]);
    let findings = findings.as_array().expect("a list of findings");
    let last = findings.last().expect("the demonstration has findings");
    assert_eq!((&last["type"], &last["layer"], &last["claim_id"]), (&"tensor_diff".into(), &"W".into(), &"W3".into()));
    assert!(last["items"].as_array().is_some_and(Vec::is_empty), "it is about files: {last}");
    let bundle = sealed_from(folder.path(), last["id"].as_str().expect("a finding has an id"));
    assert_eq!(verify(&bundle).0, Some(0), "what was sealed is sound");
    let report = std::fs::read_to_string(bundle.join("data/report.json")).expect("the report is in the bundle");
    assert!(report.contains("numbers-changed"), "and holds what it rests on");
}

#[test]
fn people_can_note_something_on_an_item_a_category_and_a_finding() {
    let folder = own_case();
    let finding = &run_json(folder.path(), &["case", "case.parallax", "findings", "F1"])[0];
    let suite = finding["suite"].as_str().expect("the first finding names its suite");
    let item = format!("{suite}/{}", finding["items"][0].as_str().expect("it rests on items"));
    let category = format!("{suite}/{}", finding["categories"][0].as_str().expect("it names categories"));
    for (kind, target) in [("--item", item.as_str()), ("--category", category.as_str()), ("--finding", "F1")] {
        let note = run(
            folder.path(),
            &["case", "case.parallax", "annotate", kind, target, "--note", "यह मेरा काम नहीं है", "--lang", "hi"],
        );
        assert_eq!(note.code, Some(0), "{}", note.err);
    }
    let notes = run_json(folder.path(), &["case", "case.parallax", "annotations"]);
    assert_eq!(notes.as_array().expect("a list of notes").len(), 3, "three notes were made");
    assert_eq!(notes[0]["body"]["value"], "यह मेरा काम नहीं है", "a note is kept exactly as typed");
    let missing = run(folder.path(), &["case", "case.parallax", "annotate", "--finding", "F999", "--note", "x"]);
    assert_eq!(missing.code, Some(2), "a note needs something to be about");
    assert_eq!(
        run(folder.path(), &["case", "case.parallax", "check"]).code,
        Some(0),
        "the case should be sound after all this"
    );
}
