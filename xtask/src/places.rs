//! Where things lie: the repository, the shared data, the folder for products.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The root of the repository.
///
/// Cargo sets the variable when it runs a task; the value from compile time serves a binary that is started by hand.
pub(crate) fn repository() -> Result<PathBuf> {
    let package =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map(Path::to_path_buf).with_context(|| format!("`{}` has no parent folder", package.display()))
}

/// The folder of shared models and reference numbers.
///
/// # Errors
/// When neither `PARALLAX_SHARED` nor `../shared` names a folder.
pub(crate) fn shared() -> Result<PathBuf> {
    let folder = match std::env::var_os("PARALLAX_SHARED") {
        Some(folder) => PathBuf::from(folder),
        None => repository()?.join("../shared"),
    };
    if !folder.is_dir() {
        bail!("the shared data folder `{}` is not there: set PARALLAX_SHARED to where it lies", folder.display());
    }
    Ok(folder)
}

/// Cargo's folder of build products, which lies outside the checkout where CARGO_TARGET_DIR says so.
pub(crate) fn target() -> Result<PathBuf> {
    let executable = std::env::current_exe().context("finding the folder of build products")?;
    // The task runs from `<target>/release/xtask`.
    let target = executable
        .parent()
        .and_then(Path::parent)
        .with_context(|| format!("`{}` is not in a target folder", executable.display()))?;
    Ok(target.to_owned())
}

/// An empty folder of the given name for what a task writes, inside cargo's target folder.
pub(crate) fn emptied_folder(name: &str) -> Result<PathBuf> {
    emptied(target()?.join("xtask").join(name))
}

/// Makes a folder, or empties the one that is there.
pub(crate) fn emptied(folder: PathBuf) -> Result<PathBuf> {
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("emptying `{}`", folder.display()))?;
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("making `{}`", folder.display()))?;
    Ok(folder)
}
