//! What the machine must have beside the Rust toolchain, and how it gets there on Debian and Ubuntu.

use std::os::unix::fs::MetadataExt;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result};

/// Exit code when something is missing that could not be installed.
const MISSING: u8 = 2;

/// What the machine is wanted for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// To build and run Parallax.
    Run,
    /// To run the tests too, which check bundles with the tools a signatory would use.
    Test,
}

/// A program that is needed and the Debian packages that bring it.
struct Requirement {
    program: &'static str,
    packages: &'static [&'static str],
    reason: &'static str,
    purpose: Purpose,
}

const REQUIREMENTS: &[Requirement] = &[
    Requirement {
        program: "cc",
        packages: &["gcc", "libc6-dev"],
        reason: "SQLite is compiled from its source, and Rust links with it",
        purpose: Purpose::Run,
    },
    Requirement {
        program: "git",
        packages: &["git"],
        reason: "the house rules are checked on the files that git tracks",
        purpose: Purpose::Test,
    },
    Requirement {
        program: "ssh-keygen",
        packages: &["openssh-client"],
        reason: "the tests check signatures with it",
        purpose: Purpose::Test,
    },
    Requirement {
        program: "sha256sum",
        packages: &["coreutils"],
        reason: "the tests check bundles with it",
        purpose: Purpose::Test,
    },
];

/// Installs what is missing, or prints the one line that does and asks for exit code 2.
pub(crate) fn run(purpose: Purpose) -> Result<ExitCode> {
    if ready(purpose)? {
        println!("Everything that is needed is there.");
        Ok(ExitCode::SUCCESS)
    } else {
        Ok(ExitCode::from(MISSING))
    }
}

/// Exit code for a task that needs what is missing.
pub(crate) fn missing() -> ExitCode {
    ExitCode::from(MISSING)
}

/// True when everything is there, after an installation where that was possible.
pub(crate) fn ready(purpose: Purpose) -> Result<bool> {
    let lacking = lacking(purpose);
    if lacking.is_empty() {
        return Ok(true);
    }
    for requirement in &lacking {
        eprintln!("missing: `{}` ({})", requirement.program, requirement.reason);
    }
    if !has_program("apt-get") {
        eprintln!("Install these programs with your system's package manager, then start again.");
        return Ok(false);
    }
    let packages: Vec<&str> = lacking.iter().flat_map(|requirement| requirement.packages.iter().copied()).collect();
    let line = format!("apt-get update && apt-get install --yes --no-install-recommends {}", packages.join(" "));
    let installed = match privilege()? {
        Privilege::Root => install(Command::new("sh").arg("-c").arg(&line))?,
        Privilege::Sudo => install(Command::new("sudo").args(["-n", "sh", "-c", &line]))?,
        Privilege::None => false,
    };
    if installed && self::lacking(purpose).is_empty() {
        return Ok(true);
    }
    eprintln!("Run this line, then start again:");
    eprintln!("sudo sh -c '{line}'");
    Ok(false)
}

fn lacking(purpose: Purpose) -> Vec<&'static Requirement> {
    REQUIREMENTS
        .iter()
        .filter(|requirement| requirement.purpose <= purpose && !has_program(requirement.program))
        .collect()
}

fn has_program(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
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
    let sudo = Command::new("sudo")
        .args(["-n", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    Ok(match sudo {
        Ok(status) if status.success() => Privilege::Sudo,
        _ => Privilege::None,
    })
}

fn install(command: &mut Command) -> Result<bool> {
    let status =
        command.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()).status().context("starting apt-get")?;
    Ok(status.success())
}
