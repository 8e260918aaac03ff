//! How tasks call cargo, so that the same crates are never built twice with other features.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::places;

/// A cargo command that runs at the root of the repository.
pub(crate) fn cargo(arguments: &[&str]) -> Result<Command> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(places::repository()?);
    // Cargo describes this package to the task; a cargo below it must not take that as its own.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    Ok(command)
}

/// True when a component such as `clippy` or `fmt` is installed.
pub(crate) fn has_component(name: &str) -> Result<bool> {
    let status = cargo(&[name, "--version"])?.stdout(Stdio::null()).stderr(Stdio::null()).status();
    Ok(status.is_ok_and(|status| status.success()))
}

/// Builds a binary of the workspace with optimisation and says where it lies.
///
/// `--workspace --examples` makes cargo choose the features that the tests are built with,
/// development dependencies included; without it a run after a test would build candle again.
pub(crate) fn build_binary(name: &str) -> Result<PathBuf> {
    let output = cargo(&["build", "--release", "--workspace", "--examples", "--bin", name])?
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .context("starting cargo")?;
    if !output.status.success() {
        bail!("`{name}` does not build");
    }
    let messages = String::from_utf8(output.stdout).context("reading what cargo built")?;
    executable_in(&messages, name).with_context(|| format!("cargo built no binary named `{name}`"))
}

/// The path of the named binary in cargo's JSON messages.
fn executable_in(messages: &str, name: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == name && message["target"]["kind"][0] == "bin")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_is_found_among_cargos_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"parallax"},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"other"},"executable":"a/other"}"#,
            "\nnot JSON\n",
            r#"{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"parallax"},"executable":"a/parallax"}"#,
        );
        assert_eq!(executable_in(messages, "parallax"), Some(PathBuf::from("a/parallax")));
        assert_eq!(executable_in(messages, "missing"), None);
    }
}
