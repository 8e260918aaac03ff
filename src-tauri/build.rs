//! Lets Tauri check the capability file against the one command that this shell has.

fn main() {
    // The pages are read into the program when it is compiled, and nothing else tells cargo that they changed.
    println!("cargo::rerun-if-changed=../ui/dist");
    let manifest = tauri_build::AppManifest::new().commands(&["rpc"]);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
