//! What a contestation lacks is said in sentences before anything is written.

use parallax_report::{BundleContent, check_draft};
use parallax_words::without_isolates;

use crate::fixture::content;

fn missing(edit: impl FnOnce(&mut BundleContent)) -> Vec<String> {
    let mut content = content();
    edit(&mut content);
    check_draft(&content).unwrap().iter().map(|sentence| without_isolates(sentence)).collect()
}

#[test]
fn a_complete_contestation_lacks_nothing() {
    assert_eq!(missing(|_| ()), Vec::<String>::new(), "the fixture can be sealed");
}

#[test]
fn each_thing_that_is_missing_has_its_own_sentence() {
    let told = missing(|content| {
        let report = &mut content.report;
        report.schema = "other/1".into();
        report.id = "urn:uuid:3f1d9a52-6c0e-1b7a-9d35-08a1c2e4f677".into();
        report.revision = 0;
        report.created = "2025-03-10T09:15".into();
        report.contest.kinds.clear();
        report.contest.summary.clear();
        report.consent.recipients.clear();
        report.consent.obtained_from = " ".into();
        report.subject.deployed.clear();
        report.findings[0].limits.clear();
        content.items.retain(|item| item.id != "hi-09");
        content.annotations[0].target_id = "livelihoods/none".into();
        content.annotations[1].target_id = "livelihoods/none".into();
        content.annotations[2].target_id = "F9".into();
    });
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_summary_is_counted_in_characters_of_its_script() {
    let long = |length: usize| missing(move |content| content.report.contest.summary[1].value = "ಕ".repeat(length));
    assert_eq!(long(500), Vec::<String>::new(), "500 characters fit, however many bytes they are");
    assert_eq!(long(501), ["The summary in Hindi has 501 characters; at most 500 fit."], "501 do not");
    assert_eq!(long(0), ["The summary in Hindi is empty."], "nothing is no summary");
}

#[test]
fn a_changed_finding_is_not_sealed() {
    let told = missing(|content| content.report.findings[0].effect = Some(4.0));
    assert_eq!(told, ["The finding F1 is not the same as in the audit."], "a finding is copied unchanged");
}

#[test]
fn paths_of_the_machine_are_not_sealed() {
    let told = missing(|content| {
        content.report.reproduce[0].command = "parallax audit --nominal /home/someone/model".into();
        content.report.reproduce[0].settings.insert("cache".into(), "C:\\Users\\x".into());
        content.report.subject.published[0].name = "~/models/model.gguf".into();
    });
    insta::assert_snapshot!(told.join("\n"));
    let shares = missing(|content| content.report.reproduce[0].pass_rule = "2 /3 of the items".into());
    assert_eq!(shares, Vec::<String>::new(), "a slash is no path");
}
