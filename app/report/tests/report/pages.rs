//! The pages: complete, self-contained, escaped, and the same on every run.

use std::fs;

use parallax_report::{audit_report, preview};
use parallax_words::Words;

use crate::fixture::{audit, content, items};

fn audit_page() -> String {
    let into = tempfile::tempdir().unwrap();
    audit_report(&audit(), &items(), into.path()).unwrap();
    let html = fs::read_to_string(into.path().join("report.html")).unwrap();
    keep("audit.html", &html);
    html
}

fn exported(name: &str) -> String {
    let file = preview(&content()).unwrap().into_iter().find(|file| file.path == name).unwrap();
    keep(name.rsplit('/').next().unwrap(), &file.content);
    file.content
}

/// Keeps a page for looking at it in a browser, where a folder for that is named.
fn keep(name: &str, text: &str) {
    if let Ok(folder) = std::env::var("PARALLAX_KEEP_PAGES") {
        fs::create_dir_all(&folder).unwrap();
        fs::write(std::path::Path::new(&folder).join(name), text).unwrap();
    }
}

/// The page without its style sheet, a tag a line, so that a change can be read.
fn readable(html: &str) -> String {
    let style = html.find("<style>").unwrap()..html.find("</style>").unwrap();
    let mut page = html.to_owned();
    page.replace_range(style, "<style>…");
    page.replace("><", ">\n<")
}

#[test]
fn the_page_of_an_audit_reads_as_before() {
    insta::assert_snapshot!("audit_page", readable(&audit_page()));
}

#[test]
fn the_text_of_a_contestation_reads_as_before() {
    insta::assert_snapshot!("contestation_text", exported("data/report.en.txt"));
}

#[test]
fn the_annotations_and_the_howto_read_as_before() {
    insta::assert_snapshot!("annotations", exported("data/annotations.jsonl"));
    insta::assert_snapshot!("howto", exported("data/reproduce/HOWTO.en.txt"));
}

#[test]
fn pages_load_nothing_and_run_nothing() {
    for html in [audit_page(), exported("data/report.en.html")] {
        for forbidden in
            ["<script", "<link", "<img", "<iframe", "http://", "https://", "src=", "@import", "onload", "<object"]
        {
            assert!(!html.contains(forbidden), "the page holds {forbidden}");
        }
    }
}

#[test]
fn what_items_say_is_text_and_cannot_act() {
    let html = audit_page();
    assert!(!html.contains("<b>by hand</b>"), "markup in an item stays text");
    let page = exported("data/report.en.html");
    assert!(!page.contains('\u{202E}') && !html.contains('\u{202E}'), "a direction override is written out");
}

#[test]
fn both_pages_say_what_must_always_be_said() {
    let words = Words::english();
    let end = words.text("report-always-at-the-end").unwrap();
    for html in [audit_page(), exported("data/report.en.html"), exported("data/report.en.txt")] {
        // Plain text is broken into lines.
        let html = html.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(html.contains(&end), "the sentence at the end is there");
        assert!(html.contains("They do not show how often it happens."), "limits stand beside findings");
    }
    for html in [audit_page(), exported("data/report.en.html")] {
        assert!(html.contains("Nothing can be said about"), "an untestable language is told");
        for entry in words.glossary().unwrap() {
            assert!(html.contains(&entry.word), "“{}” is explained", entry.word);
        }
    }
}

#[test]
fn every_plot_has_a_title_a_description_and_a_table() {
    let html = audit_page();
    let plots = html.matches("<svg class=\"chart\"").count();
    assert_eq!(plots, 4, "pairs, neighbours, whole picture and categories");
    assert_eq!(html.matches("<desc ").count(), plots, "each has a description");
    assert_eq!(html.matches("The same as a table").count(), plots, "each has a table");
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "no id is used twice");
}

#[test]
fn a_finding_whose_numbers_do_not_allow_its_sentence_is_not_printed() {
    let mut audit = audit();
    audit.findings[0].params.insert("control".into(), parallax_wire::Param::Count(4));
    let into = tempfile::tempdir().unwrap();
    assert!(audit_report(&audit, &items(), into.path()).is_err(), "rounding moves more than was found");
    assert_eq!(fs::read_dir(into.path()).unwrap().count(), 0, "nothing is half-written");
}
