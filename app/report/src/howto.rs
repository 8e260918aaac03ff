//! The page inside a bundle that says how to check it without Parallax, and how to repeat its measurements.

use parallax_wire::{ContestationReport, Param, Recipe};
use parallax_words::{Isolation, Words, params};

use crate::Error;
use crate::payload::NAMESPACE;

/// Commands that check a bundle with tools that most Linux systems have.
pub(crate) fn check_commands() -> [String; 3] {
    [
        format!("ssh-keygen -Y check-novalidate -n {NAMESPACE} -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt"),
        "sha256sum -c tagmanifest-sha256.txt && sha256sum -c manifest-sha256.txt".to_owned(),
        "export LC_ALL=C; comm -13 <(cut -c67- manifest-sha256.txt tagmanifest-sha256.txt | sort) \
         <(find * -type f ! -name 'tagmanifest-sha256.txt*' | sort)"
            .to_owned(),
    ]
}

/// `HOWTO.en.txt`.
///
/// # Errors
/// When a sentence is missing.
pub(crate) fn howto(report: &ContestationReport) -> Result<Vec<u8>, Error> {
    let words = Words::english().with_isolation(Isolation::None);
    let [signature, hashes, complete] = check_commands();
    let mut lines = vec![
        words.text("howto-title")?,
        String::new(),
        words.text("howto-check-signature")?,
        format!("  {signature}"),
        String::new(),
        words.text("howto-check-hashes")?,
        format!("  {hashes}"),
        String::new(),
        words.text("howto-check-complete")?,
        format!("  {complete}"),
        String::new(),
        words.text("howto-check-fingerprint")?,
        String::new(),
        words.text("howto-check-parallax")?,
        "  parallax verify .".to_owned(),
    ];
    for recipe in &report.reproduce {
        lines.push(String::new());
        recipe_lines(&words, recipe, &mut lines)?;
    }
    lines.push(String::new());
    lines.push(words.text("report-always-at-the-end")?);
    lines.push(String::new());
    Ok(lines.join("\n").into_bytes())
}

fn recipe_lines(words: &Words, recipe: &Recipe, lines: &mut Vec<String>) -> Result<(), Error> {
    let engine = params([
        ("engine", Param::Text(recipe.engine.clone())),
        ("version", Param::Text(recipe.engine_version.clone())),
    ]);
    lines.push(words.say("howto-repeat", &params([("recipe", Param::Text(recipe.id.clone()))]))?);
    lines.push(words.say("howto-engine", &engine)?);
    lines.push(format!("  {}", recipe.command));
    if !recipe.needs.is_empty() {
        lines.push(words.text("howto-needs")?);
        lines.extend(recipe.needs.iter().map(|hash| format!("  {hash}")));
    }
    if !recipe.settings.is_empty() {
        lines.push(words.text("howto-settings")?);
        lines.extend(recipe.settings.iter().map(|(name, value)| format!("  {name} = {value}")));
    }
    lines.push(words.text(&format!("recipe-level-{}", recipe_level(&recipe.level)))?);
    lines.push(recipe.pass_rule.clone());
    Ok(())
}

/// The level of a recipe as part of a sentence id.
pub(crate) fn recipe_level(level: &str) -> &'static str {
    match level {
        "exact" => "exact",
        "tolerance" => "tolerance",
        "statistical" => "statistical",
        "human_judgement" => "human-judgement",
        _ => "other",
    }
}
