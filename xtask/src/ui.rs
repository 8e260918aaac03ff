//! `cargo xtask ui`: compiles the pages of the window and lays out the folder that the window embeds.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::mirror::mirror;
use crate::setup::web::{self, Compiler};
use crate::{cargo, places, setup};

/// The package of the pages, and the beginning of the names of what is generated from it.
const PACKAGE: &str = "parallax-ui";

/// Builds the pages and says where they lie.
pub(crate) fn run() -> Result<ExitCode> {
    if !setup::ready(setup::Purpose::Window)? {
        return Ok(setup::missing());
    }
    println!("the pages lie in {}", build()?.display());
    Ok(ExitCode::SUCCESS)
}

/// Compiles the pages, writes their JavaScript side, and puts both beside the files of `ui/static`.
///
/// Gives back the folder that `src-tauri/tauri.conf.json` names.
pub(crate) fn build() -> Result<PathBuf> {
    let compiler = Compiler::find()?.context("there is no compiler for the pages; `cargo xtask setup` gets one")?;
    let mut compile = compiler.cargo(&["build", "--package", PACKAGE, "--profile", "wasm"])?;
    println!("== {}", cargo::line(&compile));
    cargo::succeed(&mut compile)?;

    let products = web::target_folder()?;
    let compiled = products.join(web::TARGET).join("wasm").join(PACKAGE).with_extension("wasm");
    let generated = places::emptied(products.join("generated"))?;
    let bindings = cargo::build_binary("parallax-bindings")?;
    cargo::succeed(Command::new(bindings).arg(compiled).arg(&generated))?;

    let ui = places::repository()?.join("ui");
    let folder = ui.join("dist");
    mirror(&[&ui.join("static"), &generated], &folder)?;
    Ok(folder)
}

/// Lets clippy look at the pages: for the browser where the toolchain can, and for this machine otherwise.
///
/// Debian's compiler for the browser has no clippy of its own.
pub(crate) fn clippy() -> Result<Command> {
    const STRICT: [&str; 3] = ["--", "--deny", "warnings"];
    let mut command = match Compiler::find()? {
        Some(Compiler::Toolchain) => {
            Compiler::Toolchain.cargo(&["clippy", "--package", PACKAGE, "--profile", "wasm"])?
        }
        Some(Compiler::Debian { .. }) | None => cargo::cargo(&["clippy", "--package", PACKAGE, "--release"])?,
    };
    command.args(STRICT);
    Ok(command)
}
