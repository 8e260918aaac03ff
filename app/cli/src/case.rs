//! `parallax case`: look into a case, and note something.

use std::io::Read;

use anyhow::Context;
use parallax_commands::{
    annotate, annotations, case_check, case_findings, case_history, case_item, case_items, case_summary,
};
use parallax_wire::{AnnotateRequest, Finding, ItemQuery, ItemRecord, LocalText, TargetKind};

use crate::args::{AnnotateArguments, CaseArguments, CaseLook, ItemArguments, Motivation};
use crate::audit::findings as list_findings;
use crate::exit;
use crate::say::{self, Page, count, text};

pub(crate) fn run(arguments: &CaseArguments, json: bool) -> anyhow::Result<u8> {
    let case = &arguments.case;
    let mut page = Page::new();
    match &arguments.look {
        None => {
            let summary = case_summary(case)?;
            if json {
                say::json(&summary)?;
                return Ok(exit::DONE);
            }
            page.say("cli-case-title", [("nominal", text(&summary.nominal)), ("operative", text(&summary.operative))])?;
            page.say("cli-case-holds", [("items", count(summary.items)), ("findings", count(summary.findings))])?;
            page.say(
                "cli-case-said",
                [("annotations", count(summary.annotations)), ("contestations", count(summary.contestations))],
            )?;
            page.say("cli-case-next", [])?;
        }
        Some(CaseLook::Findings { id }) => {
            let found = case_findings(case, id.as_deref())?;
            if json {
                say::json(&found)?;
                return Ok(exit::DONE);
            }
            list_findings(&mut page, &found)?;
            if let (Some(_), [finding]) = (id, found.as_slice()) {
                details(&mut page, finding)?;
            }
        }
        Some(CaseLook::Items(items)) => return look_at_items(arguments, items, json),
        Some(CaseLook::Annotations) => {
            let notes = annotations(case)?;
            if json {
                say::json(&notes)?;
                return Ok(exit::DONE);
            }
            if notes.is_empty() {
                page.say("cli-no-annotations", [])?;
            }
            for note in &notes {
                page.line(&format!("{}  {}  {}", note.created, note.author, note.target_id));
                page.line(&format!("      {}", note.body.value));
            }
        }
        Some(CaseLook::Annotate(note)) => return make_note(arguments, note, json),
        Some(CaseLook::History) => {
            let events = case_history(case)?;
            if json {
                say::json(&events)?;
                return Ok(exit::DONE);
            }
            for event in &events {
                let hash: String = event.hash.chars().take(12).collect();
                page.line(&format!("{:>4}  {}  {:<22}  {hash}  {}", event.seq, event.date, event.kind, event.subject));
            }
        }
        Some(CaseLook::Check) => {
            let check = case_check(case)?;
            if json {
                say::json(&check.problems)?;
            } else if check.problems.is_empty() {
                page.say("cli-case-sound", [("events", count(check.events))])?;
                page.print()?;
            } else {
                check.problems.iter().for_each(|problem| page.line(problem));
                page.print()?;
            }
            return Ok(if check.problems.is_empty() { exit::DONE } else { exit::CHECK_FAILED });
        }
    }
    page.print()?;
    Ok(exit::DONE)
}

/// The numbers behind one finding, for those who ask.
fn details(page: &mut Page, finding: &Finding) -> anyhow::Result<()> {
    page.gap();
    if let Some(measure) = &finding.measure {
        let numbers = [
            ("cli-detail-value", measure.value),
            ("cli-detail-rounding", measure.rounding_control),
            ("cli-detail-floor", measure.floor),
            ("cli-detail-negative", measure.negative_control),
            ("cli-detail-positive", measure.positive_control),
            ("cli-detail-p", finding.adjusted_p),
        ];
        for (id, value) in numbers {
            if let Some(value) = value {
                let value =
                    if value != 0.0 && value.abs() < 0.001 { format!("{value:.2e}") } else { format!("{value:.3}") };
                let value = value.trim_end_matches(".000").to_owned();
                page.say(id, [("value", text(value)), ("unit", text(&measure.unit)), ("n", count(measure.n))])?;
            }
        }
    }
    if !finding.items.is_empty() {
        page.say("cli-detail-items", [("count", count(finding.items.len())), ("id", text(&finding.id))])?;
    }
    Ok(())
}

fn look_at_items(arguments: &CaseArguments, items: &ItemArguments, json: bool) -> anyhow::Result<u8> {
    let mut page = Page::new();
    if let Some(id) = &items.id {
        let item = case_item(&arguments.case, id)?;
        if json {
            say::json(&item)?;
            return Ok(exit::DONE);
        }
        one_item(&mut page, &item)?;
    } else {
        let query = ItemQuery {
            suite: items.suite.clone(),
            language: items.language.clone(),
            category: items.category.clone(),
            finding: items.finding.clone(),
            cell: None,
            flipped: items.flipped,
            any_reader: true,
            search: items.search.clone(),
            limit: items.limit,
            offset: items.offset,
        };
        let found = case_items(&arguments.case, &query)?;
        if json {
            say::json(&found)?;
            return Ok(exit::DONE);
        }
        if found.is_empty() {
            page.say("cli-no-items", [])?;
        }
        for item in &found {
            let ways = item.decisions.first().map_or_else(String::new, |decision| {
                if decision.nominal == decision.operative {
                    format!("{}: {}", decision.reader, decision.nominal)
                } else {
                    format!("{}: {} -> {}", decision.reader, decision.nominal, decision.operative)
                }
            });
            page.line(&format!("{}/{}  [{}]  {ways}", item.suite, item.id, item.language));
            page.line(&format!("      {}", item.text));
        }
        if found.len() as u64 == items.limit {
            page.say("cli-items-more", [("limit", count(items.limit))])?;
        }
    }
    page.print()?;
    Ok(exit::DONE)
}

fn one_item(page: &mut Page, item: &ItemRecord) -> anyhow::Result<()> {
    page.line(&format!("{}/{}  [{}]", item.suite, item.id, item.language));
    page.line(&item.text);
    page.gap();
    page.say("cli-item-category", [("category", text(&item.category))])?;
    for decision in &item.decisions {
        page.say(
            "cli-item-decision",
            [
                ("reader", text(&decision.reader)),
                ("nominal", text(&decision.nominal)),
                ("operative", text(&decision.operative)),
            ],
        )?;
    }
    if !item.same_tokens {
        page.say("cli-item-tokens", [])?;
    }
    let (kept, lost, gained) = neighbours(item);
    for (id, neighbours) in [("cli-item-kept", kept), ("cli-item-lost", lost), ("cli-item-gained", gained)] {
        if !neighbours.is_empty() {
            page.say(id, [("items", text(neighbours.join(", ")))])?;
        }
    }
    Ok(())
}

/// Nearest items that both variants agree on, that only nominal has, and that only operative has.
fn neighbours(item: &ItemRecord) -> (Vec<&str>, Vec<&str>, Vec<&str>) {
    let (nominal, operative) = (&item.nominal_neighbours, &item.operative_neighbours);
    let kept = nominal.iter().filter(|id| operative.contains(id)).map(String::as_str).collect();
    let lost = nominal.iter().filter(|id| !operative.contains(id)).map(String::as_str).collect();
    let gained = operative.iter().filter(|id| !nominal.contains(id)).map(String::as_str).collect();
    (kept, lost, gained)
}

fn make_note(arguments: &CaseArguments, note: &AnnotateArguments, json: bool) -> anyhow::Result<u8> {
    let target = &note.target;
    let (target, target_id) = match (&target.item, &target.category, &target.finding) {
        (Some(id), _, _) => (TargetKind::Item, id),
        (_, Some(id), _) => (TargetKind::Category, id),
        (_, _, Some(id)) => (TargetKind::Finding, id),
        (None, None, None) => anyhow::bail!("say what the note is about: --item, --category or --finding"),
    };
    let made = annotate(
        &arguments.case,
        AnnotateRequest {
            target,
            target_id: target_id.clone(),
            motivation: match note.motivation {
                Motivation::Assessing => parallax_wire::Motivation::Assessing,
                Motivation::Commenting => parallax_wire::Motivation::Commenting,
                Motivation::Contesting => parallax_wire::Motivation::Contesting,
                Motivation::Questioning => parallax_wire::Motivation::Questioning,
            },
            body: LocalText::new(&note.lang, typed_text(&note.note)?),
            author: note.author.clone(),
        },
    )?;
    if json {
        say::json(&made)?;
        return Ok(exit::DONE);
    }
    let mut page = Page::new();
    page.say("cli-annotated", [("target", text(&made.target_id))])?;
    page.print()?;
    Ok(exit::DONE)
}

/// The text as typed; `-` stands for standard input, so that long or private texts stay out of the shell's history.
pub(crate) fn typed_text(argument: &str) -> anyhow::Result<String> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut typed = String::new();
    std::io::stdin().read_to_string(&mut typed).context("standard input cannot be read as UTF-8 text")?;
    Ok(typed.trim_end_matches('\n').to_owned())
}
