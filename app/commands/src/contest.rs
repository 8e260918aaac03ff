//! The contestation's life on this side: open, fill in, preview, seal; and the check of a sealed bundle.

use std::collections::BTreeSet;
use std::path::Path;

use parallax_report::{BundleContent, SigningKey};
use parallax_store::{AnnotationFilter, Case, ItemFilter};
use parallax_wire::{
    AccordRef, Annotation, Audit, Consent, Contest, ContestChanges, ContestKind, ContestationReport, Error, Finding,
    FindingType, HistoryRef, LocalText, PreviewFile, Quote, REPORT_SCHEMA, Recipe, ReportStatus, Reviewer, Scope,
    SealReply, Signatory, Subject, TargetKind, TargetSite, VerifyReply,
};

use crate::case::finding;
use crate::clock::today;
use crate::error::{Coded, base_name, refuse};

/// Opens a contestation from findings of the case.
///
/// # Errors
/// When the case cannot be opened or a finding does not exist.
pub fn contest_new(path: &Path, findings: &[String], changes: &ContestChanges) -> Result<ContestationReport, Error> {
    let mut case = Case::open(path).bad_input()?;
    let audit = audited(&case, path)?;
    let mut chosen = Vec::new();
    for id in findings {
        chosen.push(finding(&case, id)?);
    }
    let mut layers: Vec<_> = chosen.iter().map(|finding| finding.layer).collect();
    layers.sort_unstable();
    layers.dedup();
    let mut claims: Vec<_> = chosen.iter().filter_map(|finding| finding.claim_id.clone()).collect();
    claims.sort_unstable();
    claims.dedup();
    let recipe = recipe(&audit);
    let mut report = ContestationReport {
        schema: REPORT_SCHEMA.to_owned(),
        id: format!("urn:uuid:{}", uuid::Uuid::new_v4()),
        revision: 1,
        created: today(),
        status: ReportStatus::Draft,
        contest: Contest {
            kinds: vec![kind_of(&chosen)],
            summary: Vec::new(),
            target_site: Some(TargetSite::Representation),
            asks: Vec::new(),
            statement: Vec::new(),
        },
        subject: Subject {
            published: audit.nominal.files.clone(),
            deployed: audit.operative.files.clone(),
            // How the file came here is for the person to say, and nobody else.
            deployed_access: None,
            empty_reason: None,
        },
        consent: Consent {
            scope: Scope::Red,
            recipients: Vec::new(),
            quote: Quote::ParaphraseOnly,
            train_on: false,
            expires: None,
            revocable_until: "sent".to_owned(),
            obtained_from: "self".to_owned(),
        },
        // Section 2 of the accord asks that the operative representation be disclosed and open to contest.
        accord: AccordRef { sections: vec![2], layers, claim_ids: claims },
        signatory: None,
        findings: chosen,
        reviewers: Vec::new(),
        reproduce: vec![recipe],
        redactions: Vec::new(),
        history: None,
    };
    apply(&mut report, changes)?;
    // The key is an event of the history, and the preview of that history must be what leaves.
    signing_key(&mut case)?;
    case.save_contestation(&report, &today()).internal()?;
    Ok(report)
}

fn audited(case: &Case, path: &Path) -> Result<Audit, Error> {
    case.audit().internal()?.ok_or_else(|| refuse(format!("`{}` holds no audit yet", base_name(path))))
}

/// What a contestation from these findings most likely objects to; the person may say otherwise.
fn kind_of(findings: &[Finding]) -> ContestKind {
    if findings.iter().any(|finding| finding.categories.is_some()) {
        ContestKind::CategoryBoundary
    } else if findings.iter().any(|finding| finding.kind == FindingType::DisclosureGap) {
        ContestKind::DisclosureMissing
    } else {
        ContestKind::DeployedDiffers
    }
}

/// How the findings of an audit can be repeated.
fn recipe(audit: &Audit) -> Recipe {
    let mut needs: Vec<String> =
        audit.nominal.files.iter().chain(&audit.operative.files).map(|file| file.sha256.clone()).collect();
    needs.sort_unstable();
    needs.dedup();
    Recipe {
        id: "audit".to_owned(),
        level: "tolerance".to_owned(),
        engine: "parallax".to_owned(),
        engine_version: audit.engine.clone(),
        settings: audit.settings.clone(),
        runs: 1,
        pass_rule: "The same items are sorted differently, up to items whose margin is below 0.0001.".to_owned(),
        needs,
        command: "parallax audit --nominal PUBLISHED --operative DEPLOYED".to_owned(),
    }
}

/// Fills in or changes a draft.
///
/// # Errors
/// When there is no such contestation, or it is sealed.
pub fn contest_change(path: &Path, id: &str, changes: &ContestChanges) -> Result<ContestationReport, Error> {
    let mut case = Case::open(path).bad_input()?;
    let mut report = contestation(&case, path, id)?;
    if report.status != ReportStatus::Draft {
        return Err(refuse(format!("contestation `{id}` is sealed and can no longer be changed; open a new one")));
    }
    apply(&mut report, changes)?;
    report.revision += 1;
    case.save_contestation(&report, &today()).internal()?;
    Ok(report)
}

fn apply(report: &mut ContestationReport, changes: &ContestChanges) -> Result<(), Error> {
    let contest = &mut report.contest;
    if let Some(text) = &changes.summary {
        replace_language(&mut contest.summary, text);
    }
    if let Some(text) = &changes.statement {
        replace_language(&mut contest.statement, text);
    }
    if let Some(kinds) = &changes.kinds {
        contest.kinds.clone_from(kinds);
    }
    if let Some(asks) = &changes.asks {
        contest.asks.clone_from(asks);
    }
    if changes.target_site.is_some() {
        contest.target_site = changes.target_site;
    }
    if let Some(name) = &changes.signatory {
        let role = report.signatory.as_ref().map_or("unknown", |s| s.role.as_str()).to_owned();
        report.signatory = Some(Signatory { name: name.clone(), role });
    }
    if let Some(role) = &changes.signatory_role {
        one_of("signatory role", role, &["publisher", "deployer", "both", "unknown"])?;
        match &mut report.signatory {
            Some(signatory) => signatory.role.clone_from(role),
            None => return Err(refuse("a signatory role needs a signatory; give --signatory too")),
        }
    }
    if let Some(scope) = changes.scope {
        report.consent.scope = scope;
    }
    if let Some(recipients) = &changes.recipients {
        report.consent.recipients.clone_from(recipients);
    }
    if let Some(quote) = changes.quote {
        report.consent.quote = quote;
    }
    if changes.deployed_access.is_some() {
        report.subject.deployed_access = changes.deployed_access;
    }
    if changes.reviewer.is_some() || changes.reviewer_role.is_some() {
        let role = changes.reviewer_role.clone().or_else(|| report.reviewers.first().map(|r| r.role.clone()));
        let role = role.unwrap_or_else(|| "community_member".to_owned());
        one_of("reviewer role", &role, &["affected", "community_member", "accompanier", "auditor", "language_expert"])?;
        let name = changes.reviewer.clone().or_else(|| report.reviewers.first().map(|r| r.pseudonym.clone()));
        report.reviewers = vec![Reviewer {
            pseudonym: name.unwrap_or_else(|| "reviewer".to_owned()),
            role,
            position: "supports".to_owned(),
            note: Vec::new(),
        }];
    }
    Ok(())
}

fn one_of(what: &str, value: &str, known: &[&str]) -> Result<(), Error> {
    if known.contains(&value) {
        Ok(())
    } else {
        Err(refuse(format!("`{value}` is not a {what}; known are {}", known.join(", "))))
    }
}

fn replace_language(texts: &mut Vec<LocalText>, text: &LocalText) {
    texts.retain(|old| old.lang != text.lang);
    if !text.value.trim().is_empty() {
        texts.push(text.clone());
    }
}

/// The contestations of a case, oldest first.
///
/// # Errors
/// When the case cannot be opened.
pub fn contest_list(path: &Path) -> Result<Vec<ContestationReport>, Error> {
    Case::open(path).bad_input()?.contestations().internal()
}

/// One contestation, by its id or the first characters of it.
///
/// # Errors
/// When the case cannot be opened, or none or several have such an id.
pub fn contest_show(path: &Path, id: &str) -> Result<ContestationReport, Error> {
    contestation(&Case::open(path).bad_input()?, path, id)
}

fn contestation(case: &Case, path: &Path, id: &str) -> Result<ContestationReport, Error> {
    case.contestation(id).bad_input()?.ok_or_else(|| {
        refuse(format!("`{}` has no contestation `{id}`; `parallax contest FILE list` lists them", base_name(path)))
    })
}

/// What a draft still lacks before it can be sealed, each a complete sentence.
///
/// # Errors
/// As [`contest_show`].
pub fn contest_missing(path: &Path, id: &str) -> Result<Vec<String>, Error> {
    let case = Case::open(path).bad_input()?;
    let content = content(&case, path, contestation(&case, path, id)?)?;
    parallax_report::check_draft(&content).internal()
}

/// Exactly the files that sealing would write, without the signature.
///
/// # Errors
/// As [`contest_show`].
pub fn contest_preview(path: &Path, id: &str) -> Result<Vec<PreviewFile>, Error> {
    let case = Case::open(path).bad_input()?;
    let content = content(&case, path, contestation(&case, path, id)?)?;
    parallax_report::preview(&content).bad_input()
}

/// Seals a contestation into a new folder inside `into` and records that in the case.
///
/// # Errors
/// As [`contest_show`]; when something is missing, it is already sealed, or the folder cannot be written.
pub fn contest_seal(path: &Path, id: &str, into: &Path) -> Result<SealReply, Error> {
    let mut case = Case::open(path).bad_input()?;
    let report = contestation(&case, path, id)?;
    if report.status != ReportStatus::Draft {
        return Err(refuse(format!("contestation `{id}` is already sealed")));
    }
    let missing = parallax_report::check_draft(&content(&case, path, report.clone())?).internal()?;
    if !missing.is_empty() {
        return Err(refuse(format!("contestation `{id}` cannot be sealed yet: {}", missing.join(" "))));
    }
    let key = signing_key(&mut case)?;
    let content = content(&case, path, report)?;
    let sealed = content.report.clone();
    let reply = parallax_report::seal(&content, &key, into).bad_input()?;
    // The bundle on disk is complete; only now does the case call it sealed.
    case.record_seal(&sealed, &reply, &today()).internal()?;
    Ok(reply)
}

/// The key of this case; a case gets one of its own, so that two cases cannot be linked by their keys.
fn signing_key(case: &mut Case) -> Result<SigningKey, Error> {
    if let Some(text) = case.key().internal()? {
        return SigningKey::from_openssh(&text).internal();
    }
    let key = SigningKey::generate().internal()?;
    case.set_key(&key.to_openssh().internal()?, &today()).internal()?;
    Ok(key)
}

/// Everything that the export may draw on: an allow-list, never the database.
fn content(case: &Case, path: &Path, mut report: ContestationReport) -> Result<BundleContent, Error> {
    let audit = audited(case, path)?;
    let history = case.history().internal()?;
    report.status = ReportStatus::Final;
    report.history = history.last().map(|event| HistoryRef { log_head: event.hash.clone(), log_length: event.seq });
    let mut items = Vec::new();
    let mut seen = BTreeSet::new();
    for finding in &report.findings {
        let filter = ItemFilter { finding: Some(finding.id.clone()), ..ItemFilter::everything() };
        for item in case.items(&filter).internal()? {
            if seen.insert((item.suite.clone(), item.id.clone())) {
                items.push(item);
            }
        }
    }
    // `F1` of another run is another finding.
    let of_this_run = AnnotationFilter { run: case.latest_run().internal()?, ..AnnotationFilter::everything() };
    let annotations: Vec<Annotation> =
        case.annotations(&of_this_run).internal()?.into_iter().filter(|note| concerns(&report, &seen, note)).collect();
    Ok(BundleContent { report, audit, items, annotations, history })
}

/// Whether a note is about something that this contestation rests on; other notes stay at home.
fn concerns(report: &ContestationReport, items: &BTreeSet<(String, String)>, note: &Annotation) -> bool {
    match note.target {
        TargetKind::Finding => report.findings.iter().any(|finding| finding.id == note.target_id),
        TargetKind::Item => {
            note.target_id.split_once('/').is_some_and(|(suite, id)| items.contains(&(suite.to_owned(), id.to_owned())))
        }
        TargetKind::Category => report.findings.iter().any(|finding| {
            let suite = finding.suite.as_deref().unwrap_or_default();
            finding.categories.as_ref().is_some_and(|(from, to)| {
                note.target_id == format!("{suite}/{from}") || note.target_id == format!("{suite}/{to}")
            })
        }),
    }
}

/// Checks that a sealed bundle is intact.
///
/// # Errors
/// When the folder is no bundle or cannot be read; a bundle that is not intact is an answer.
pub fn verify(bundle: &Path) -> Result<VerifyReply, Error> {
    parallax_report::verify(bundle).bad_input()
}
