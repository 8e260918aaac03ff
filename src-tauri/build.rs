//! Lets Tauri check the capability file against the one command that this shell has.

fn main() {
    // The pages are read into the program when it is compiled, and nothing else tells cargo that they changed.
    println!("cargo::rerun-if-changed=../ui/dist");
    let manifest = tauri_build::AppManifest::new().commands(&["rpc"]);
    // Left to the macro, the pages are compressed by every compilation of the shell, and two at a time, for itself and
    // for its tests, take each other's unfinished files for finished ones: the window then stays blank.
    let pages = tauri_build::CodegenContext::new();
    let attributes = tauri_build::Attributes::new().app_manifest(manifest).codegen(pages);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
