//! `parallax identify`: what a variant is.

use std::path::Path;

use parallax_commands::{run_identify, write_statement};
use parallax_wire::{IdentifyRequest, Param, VariantIdentity};

use crate::args::IdentifyArguments;
use crate::exit;
use crate::job::{Running, path_text};
use crate::say::{self, Page, count, text};

/// Says what a variant is; writes the in-toto statement where one was asked for.
pub(crate) fn identify(arguments: &IdentifyArguments, json: bool) -> anyhow::Result<u8> {
    let request = IdentifyRequest { variant: path_text(&arguments.variant)? };
    let running = Running::new()?;
    let identity = running.run(|executable, observe, cancel| run_identify(executable, request, observe, cancel))?;
    if let Some(path) = &arguments.statement {
        write_statement(&identity, path)?;
    }
    if json {
        say::json(&identity)?;
        return Ok(exit::DONE);
    }
    let mut page = Page::new();
    describe(&mut page, &identity)?;
    if let Some(path) = &arguments.statement {
        page.gap();
        page.say("identify-statement-written", [("path", shown(path))])?;
    }
    page.print()?;
    Ok(exit::DONE)
}

fn shown(path: &Path) -> Param {
    text(path.display().to_string())
}

fn describe(page: &mut Page, identity: &VariantIdentity) -> anyhow::Result<()> {
    let (name, format) = (("name", text(&identity.name)), ("format", text(&identity.format)));
    match &identity.architecture {
        Some(architecture) => {
            page.say("identify-title-architecture", [name, format, ("architecture", text(architecture))])?;
        }
        None => page.say("identify-title", [name, format])?,
    }
    if let Some(parameters) = identity.parameters {
        let tensors = ("tensors", count(identity.tensors.len()));
        page.say("identify-parameters", [("parameters", count(parameters)), tensors])?;
    }
    if let Some(active) = identity.active_parameters.filter(|active| identity.parameters > Some(*active)) {
        page.say("identify-active", [("active", count(active))])?;
    }
    if let Some(reason) = &identity.not_counted {
        page.say("identify-not-counted", [("reason", text(reason))])?;
    }
    let types: Vec<String> = identity.types.iter().map(|(name, weights)| format!("{name} ({weights})")).collect();
    if !types.is_empty() {
        page.say("identify-types", [("types", text(types.join(", ")))])?;
    }
    true_types(page, identity)?;
    if let Some(reason) = &identity.cannot_run {
        page.say("identify-cannot-run", [("reason", text(reason))])?;
    }
    lineage(page, identity)?;
    page.gap();
    page.say("identify-files", [])?;
    for file in &identity.files {
        page.line(&format!("  {}  {} ({}, {} bytes)", file.sha256, file.name, file.role, file.size));
    }
    if !identity.notes.is_empty() {
        page.gap();
        page.say("identify-notes", [])?;
        for note in &identity.notes {
            page.line(&format!("  {}", note.detail));
        }
    }
    Ok(())
}

/// How many tensors are stored wider than what is in them, by pair of types.
fn true_types(page: &mut Page, identity: &VariantIdentity) -> anyhow::Result<()> {
    let mut pairs = std::collections::BTreeMap::<(&str, &str), u64>::new();
    for tensor in &identity.tensors {
        if let Some(narrow) = &tensor.true_type {
            *pairs.entry((&tensor.stored_type, narrow)).or_default() += 1;
        }
    }
    for ((stored, narrow), tensors) in pairs {
        page.say(
            "identify-true-type",
            [("tensors", count(tensors)), ("stored", text(stored)), ("narrow", text(narrow))],
        )?;
    }
    Ok(())
}

fn lineage(page: &mut Page, identity: &VariantIdentity) -> anyhow::Result<()> {
    let lineage = &identity.lineage;
    let mut rows: Vec<(&str, &str)> = lineage.base_models.iter().map(|name| ("base_model", name.as_str())).collect();
    rows.extend(lineage.name.as_deref().map(|name| ("name", name)));
    rows.extend(lineage.license.as_deref().map(|license| ("license", license)));
    rows.extend(lineage.quantized_by.as_deref().map(|who| ("quantized_by", who)));
    rows.extend(lineage.others.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    if rows.is_empty() {
        return Ok(());
    }
    page.gap();
    page.say("identify-lineage", [])?;
    for (key, value) in rows {
        let row = page.sentence("identify-lineage-row", [("key", text(key)), ("value", text(value))])?;
        page.line(&format!("  {row}"));
    }
    Ok(())
}
