//! The compiler for the pages in the window: Rust's own WebAssembly target, or Debian's compiler for it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::machine::{entries, has_program};
use crate::places;

/// What the pages are compiled to.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's compiler for the browsers that it builds, its cargo, and the source of the standard library.
pub(super) const DEBIAN_PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src"];
/// What Debian's cargo trusts the registry by.
pub(super) const CERTIFICATES: &str = "ca-certificates";
/// Packages that cannot stay where those come in; somebody may need them.
const IN_THE_WAY: &[&str] = &["rustc", "cargo", "rustup", "rust-src"];
/// Longest that rustup may try; it goes on where it stopped when it is asked again.
const RUSTUP_LIMIT: Duration = Duration::from_secs(120);

/// A compiler that builds the pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Compiler {
    /// The toolchain that compiles everything else has the target.
    Toolchain,
    /// Debian's compiler builds the standard library from source, and the toolchain's linker links.
    Debian {
        /// The folder of `rust-lld`.
        linker: PathBuf,
    },
}

impl Compiler {
    /// The compiler that is there, without installing anything.
    pub(crate) fn find() -> Result<Option<Self>> {
        if toolchain_has_target() {
            return Ok(Some(Self::Toolchain));
        }
        if DEBIAN_PACKAGES.iter().all(|package| is_installed(package)) {
            return Ok(Some(Self::Debian { linker: linker()? }));
        }
        Ok(None)
    }

    /// A cargo command for the pages: `arguments`, then what chooses the target and its folder.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = match self {
            Self::Toolchain => crate::cargo::cargo(arguments)?,
            Self::Debian { linker } => debian_cargo(arguments, linker)?,
        };
        command.args(["--target", TARGET, "--target-dir"]).arg(target_folder()?);
        if matches!(self, Self::Debian { .. }) {
            command.arg("-Zbuild-std=std,panic_abort");
        }
        Ok(command)
    }
}

/// The folder of build products for the pages: beside the others, so that neither waits for the other's lock.
pub(crate) fn target_folder() -> Result<PathBuf> {
    Ok(places::target()?.join("window"))
}

/// Debian's cargo, without what rustup and cargo tell their children about another toolchain.
fn debian_cargo(arguments: &[&str], linker: &Path) -> Result<Command> {
    let mut command = Command::new("/usr/bin/cargo");
    command.args(arguments).current_dir(places::repository()?);
    for (name, _) in std::env::vars_os() {
        if is_about_another_toolchain(&name.to_string_lossy()) {
            command.env_remove(&name);
        }
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::env::split_paths(&path).chain([linker.to_owned()]))
        .context("adding the linker to the PATH")?;
    // Debian's compiler is a stable one; building the standard library is not.
    command.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1").env("PATH", path);
    Ok(command)
}

fn is_about_another_toolchain(variable: &str) -> bool {
    matches!(variable, "CARGO" | "LD_LIBRARY_PATH" | "RUSTC" | "RUSTDOC" | "RUST_RECURSION_COUNT")
        || ["CARGO_PKG_", "CARGO_MANIFEST_", "RUSTUP_"].iter().any(|beginning| variable.starts_with(beginning))
}

/// Asks rustup for the target; false when there is no rustup, or it could not fetch it in time.
pub(super) fn add_with_rustup() -> Result<bool> {
    if !has_program("rustup") {
        return Ok(false);
    }
    eprintln!("the pages of the window are compiled to WebAssembly: rustup target add {TARGET}");
    let child = Command::new("rustup").args(["target", "add", TARGET]).stdin(Stdio::null()).spawn();
    let added = ended_well_within(child.context("starting rustup")?, RUSTUP_LIMIT)?;
    Ok(added && toolchain_has_target())
}

/// Installed Debian packages that Debian's compiler would replace.
pub(super) fn packages_in_the_way() -> Vec<&'static str> {
    IN_THE_WAY.iter().copied().filter(|package| is_installed(package)).collect()
}

/// Waits for a process; one that takes longer than the limit is killed and counts as failed.
fn ended_well_within(mut child: Child, limit: Duration) -> Result<bool> {
    let started = Instant::now();
    while started.elapsed() < limit {
        if let Some(status) = child.try_wait().context("waiting for rustup")? {
            return Ok(status.success());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().and_then(|()| child.wait()).context("ending rustup")?;
    Ok(false)
}

/// True when the compiler of this toolchain comes with a standard library for the target.
fn toolchain_has_target() -> bool {
    let Some(folder) = rustc(&["--print", "target-libdir", "--target", TARGET]) else {
        return false;
    };
    // The folder's name is printed whether it is there or not.
    entries(Path::new(&folder))
        .any(|file| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("libstd-")))
}

/// The folder of the toolchain's own linker, which Debian's compiler looks for and does not bring.
fn linker() -> Result<PathBuf> {
    let root = rustc(&["--print", "sysroot"]).context("asking the compiler where it lies")?;
    let host = crate::cargo::host()?;
    let folder = Path::new(&root).join("lib/rustlib").join(host).join("bin");
    ensure!(
        folder.join("rust-lld").is_file(),
        "`{}` holds no rust-lld, which links the pages: Rust must come from rustup",
        folder.display()
    );
    Ok(folder)
}

/// What the compiler of this toolchain prints; nothing when it fails.
fn rustc(arguments: &[&str]) -> Option<String> {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(compiler).args(arguments).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// True when Debian's package manager says that a package is installed.
fn is_installed(package: &str) -> bool {
    let query = Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .stderr(Stdio::null())
        .output();
    query.is_ok_and(|query| query.stdout == b"installed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debians_cargo_does_not_hear_of_the_other_toolchain() {
        for variable in ["CARGO", "RUSTUP_TOOLCHAIN", "CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "LD_LIBRARY_PATH"] {
            assert!(is_about_another_toolchain(variable), "{variable} names the toolchain that runs this task");
        }
        for variable in ["CARGO_HOME", "CARGO_NET_OFFLINE", "CARGO_BUILD_JOBS", "HOME", "PATH"] {
            assert!(!is_about_another_toolchain(variable), "{variable} is the person's own setting");
        }
    }

    #[test]
    fn what_takes_too_long_is_ended() {
        let child = Command::new("sleep").arg("600").spawn().expect("sleep is there");
        assert_eq!(ended_well_within(child, Duration::ZERO).ok(), Some(false));
        let child = Command::new("true").spawn().expect("true is there");
        assert_eq!(ended_well_within(child, Duration::from_secs(60)).ok(), Some(true));
    }

    #[test]
    fn a_package_that_nobody_made_is_not_installed() {
        assert!(!is_installed("no-such-package"));
    }
}
