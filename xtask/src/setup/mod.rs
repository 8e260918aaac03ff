//! What the machine must have beside the Rust toolchain, and how it gets there on Debian and Ubuntu.

mod machine;
pub(crate) mod web;

use std::os::unix::fs::MetadataExt;
use std::process::{Command, ExitCode, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result};

use machine::Requirement;

/// Exit code when something is missing that could not be installed.
const MISSING: u8 = 2;

/// What the machine is wanted for; each includes those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// To build and run Parallax on the command line.
    Run,
    /// To build and open the window too.
    Window,
    /// To run the tests too, which look at windows without a screen and check bundles with a signatory's tools.
    Test,
}

/// Installs what is missing, or prints the one line that does and asks for exit code 2.
pub(crate) fn run(purpose: Purpose) -> Result<ExitCode> {
    if ready(purpose)? {
        println!("Everything that is needed is there.");
        Ok(ExitCode::SUCCESS)
    } else {
        Ok(missing())
    }
}

/// Exit code for a task that needs what is missing.
pub(crate) fn missing() -> ExitCode {
    ExitCode::from(MISSING)
}

/// True when the system's web view is there to build against.
///
/// It decides which packages every task selects, so it is asked once and after the set-up.
pub(crate) fn has_web_view() -> bool {
    static HAS_WEB_VIEW: OnceLock<bool> = OnceLock::new();
    *HAS_WEB_VIEW.get_or_init(machine::has_web_view)
}

/// True when everything is there, after an installation where that was possible.
pub(crate) fn ready(purpose: Purpose) -> Result<bool> {
    let lacking = Lacking::look(purpose)?;
    if lacking.is_empty() {
        return Ok(true);
    }
    for requirement in &lacking.requirements {
        eprintln!("missing: {requirement} ({})", requirement.reason);
    }
    if lacking.compiler {
        eprintln!("missing: Rust's target `{}` (the pages of the window are compiled to it)", web::TARGET);
    }
    if !machine::has_program("apt-get") {
        eprintln!("Install this with your system's package manager and rustup, then start again.");
        return Ok(false);
    }

    let in_the_way = if lacking.compiler { web::packages_in_the_way() } else { Vec::new() };
    let line = lacking.line();
    if in_the_way.is_empty() {
        let installed = match privilege()? {
            Privilege::Root => install(Command::new("sh").arg("-c").arg(&line))?,
            Privilege::Sudo => install(Command::new("sudo").args(["-n", "sh", "-c", &line]))?,
            Privilege::None => false,
        };
        if installed && Lacking::look(purpose)?.is_empty() {
            return Ok(true);
        }
    } else {
        eprintln!("This line removes the packages {}, which Debian's compiler replaces:", in_the_way.join(", "));
    }
    eprintln!("Run this line, then start again:");
    eprintln!("sudo sh -c '{line}'");
    if lacking.compiler {
        eprintln!(
            "Where rustup can download, `rustup target add {}` does instead of {}.",
            web::TARGET,
            web::DEBIAN_PACKAGES.join(", ")
        );
    }
    Ok(false)
}

/// What a purpose needs and the machine does not have.
struct Lacking {
    requirements: Vec<&'static Requirement>,
    /// No compiler for the pages, and rustup could not get one.
    compiler: bool,
}

impl Lacking {
    /// Looks for everything; a compiler for the pages is asked of rustup, which needs no privilege.
    fn look(purpose: Purpose) -> Result<Self> {
        let has_compiler = purpose < Purpose::Window || web::Compiler::find()?.is_some() || web::add_with_rustup()?;
        Ok(Self { requirements: machine::lacking(purpose), compiler: !has_compiler })
    }

    fn is_empty(&self) -> bool {
        self.requirements.is_empty() && !self.compiler
    }

    /// The line that installs it; Debian's compiler comes last, since not every system has it.
    fn line(&self) -> String {
        let mut line = "apt-get update".to_owned();
        let system = self.requirements.iter().flat_map(|requirement| requirement.packages).copied();
        let compiler = web::DEBIAN_PACKAGES.iter().copied().chain([web::CERTIFICATES]).filter(|_| self.compiler);
        for packages in [system.collect::<Vec<_>>(), compiler.collect()] {
            if !packages.is_empty() {
                line += " && apt-get install --yes --no-install-recommends ";
                line += &packages.join(" ");
            }
        }
        line
    }
}

/// How packages can be installed without asking anybody.
enum Privilege {
    Root,
    Sudo,
    None,
}

fn privilege() -> Result<Privilege> {
    // A process's own folder in /proc belongs to its effective user.
    let user = std::fs::metadata("/proc/self").context("finding out who runs this")?.uid();
    if user == 0 {
        return Ok(Privilege::Root);
    }
    let sudo = machine::succeeds(Command::new("sudo").args(["-n", "true"]));
    Ok(if sudo { Privilege::Sudo } else { Privilege::None })
}

fn install(command: &mut Command) -> Result<bool> {
    let status =
        command.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()).status().context("starting apt-get")?;
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_installs_what_is_missing_and_nothing_else() {
        let nothing = Lacking { requirements: Vec::new(), compiler: false };
        assert!(nothing.is_empty());
        let compiler = Lacking { requirements: Vec::new(), compiler: true };
        let end = "apt-get install --yes --no-install-recommends rustc-web cargo-web rust-web-src ca-certificates";
        assert_eq!(compiler.line(), format!("apt-get update && {end}"));
        let both = Lacking { requirements: vec![&machine::WEB_VIEW], compiler: true };
        let first = "apt-get install --yes --no-install-recommends pkg-config libwebkit2gtk-4.1-dev";
        assert_eq!(both.line(), format!("apt-get update && {first} && {end}"));
    }
}
