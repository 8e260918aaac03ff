//! `parallax-bindings COMPILED.wasm FOLDER`: writes the JavaScript side of the compiled pages and their final WebAssembly.
//!
//! It is the wasm-bindgen of Cargo.lock as a library, so that no tool of another version has to be installed.

use std::path::PathBuf;

use anyhow::{Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [compiled, folder] = arguments.as_slice() else {
        bail!("two arguments are wanted: the compiled pages and the folder to write to");
    };
    Bindgen::new()
        .input_path(compiled)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
}
