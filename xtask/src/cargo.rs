//! How tasks call cargo, so that the same crates are never built twice with other features.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{places, setup};

/// Everything that this machine's own compiler builds.
const WITH_WINDOW: &[&str] = &["--workspace", "--exclude", "parallax-ui"];
/// The default members of the workspace: everything that is built without the system's web view.
const WITHOUT_WINDOW: &[&str] = &[];

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

/// The packages that a task selects: the same ones for every build and test on one machine.
///
/// Cargo chooses features for all selected packages together; another selection would build candle again.
pub(crate) fn selection() -> &'static [&'static str] {
    if setup::has_web_view() { WITH_WINDOW } else { WITHOUT_WINDOW }
}

/// Runs a command to its end.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let line = line(command);
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("starting `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed: {status}");
    }
    Ok(())
}

/// A command as a person would type it, without what is set around it.
pub(crate) fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = [program].into_iter().chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// True when a component such as `clippy` or `fmt` is installed.
pub(crate) fn has_component(name: &str) -> Result<bool> {
    let status = cargo(&[name, "--version"])?.stdout(Stdio::null()).stderr(Stdio::null()).status();
    Ok(status.is_ok_and(|status| status.success()))
}

/// This machine as cargo names it, for example `x86_64-unknown-linux-gnu`.
pub(crate) fn host() -> Result<String> {
    let version = cargo(&["-vV"])?.output().context("starting cargo")?;
    String::from_utf8_lossy(&version.stdout)
        .lines()
        .find_map(|line| line.strip_prefix("host: ").map(str::to_owned))
        .context("cargo does not say what it builds for")
}

/// Builds a binary of the workspace with optimisation and says where it lies.
pub(crate) fn build_binary(name: &str) -> Result<PathBuf> {
    let [binary] = build_binaries([name])?;
    Ok(binary)
}

/// Builds binaries of the workspace with optimisation and says where they lie, in the order of their names.
///
/// `--examples` makes cargo choose the features that the tests are built with,
/// development dependencies included; without it a run after a test would build candle again.
pub(crate) fn build_binaries<const N: usize>(names: [&str; N]) -> Result<[PathBuf; N]> {
    let binaries: Vec<&str> = names.iter().flat_map(|name| ["--bin", name]).collect();
    build("bin", names, &binaries)
}

/// Builds examples of the workspace with optimisation and says where they lie, in the order of their names.
pub(crate) fn build_examples<const N: usize>(names: [&str; N]) -> Result<[PathBuf; N]> {
    build("example", names, &[])
}

fn build<const N: usize>(kind: &str, names: [&str; N], targets: &[&str]) -> Result<[PathBuf; N]> {
    let mut command = cargo(&["build", "--release", "--examples"])?;
    command.args(selection()).args(targets);
    let output = command
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .context("starting cargo")?;
    if !output.status.success() {
        bail!("`{}` does not build", names.join("` or `"));
    }
    let messages = String::from_utf8(output.stdout).context("reading what cargo built")?;
    let mut paths = names.map(|_| PathBuf::new());
    for (path, name) in paths.iter_mut().zip(names) {
        *path =
            executable_in(&messages, kind, name).with_context(|| format!("cargo built no {kind} named `{name}`"))?;
    }
    Ok(paths)
}

/// The path of what is named so and of that kind in cargo's JSON messages.
fn executable_in(messages: &str, kind: &str, name: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == name && message["target"]["kind"][0] == kind)
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
        assert_eq!(executable_in(messages, "bin", "parallax"), Some(PathBuf::from("a/parallax")));
        assert_eq!(executable_in(messages, "bin", "missing"), None);
        assert_eq!(executable_in(messages, "example", "parallax"), None);
    }

    #[test]
    fn a_command_is_shown_as_it_is_typed() {
        assert_eq!(line(Command::new("/somewhere/cargo").args(["build", "--release"])), "cargo build --release");
    }
}
