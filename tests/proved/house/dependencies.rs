//! Which crate may know which, and what may come in from outside; read from `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};
use parallax_tests::repository;

/// What each crate may depend on in this workspace; ARCHITECTURE.md says the same.
pub(super) const ALLOWED_EDGES: &[(&str, &[&str])] = &[
    ("artifact", &[]),
    ("datasets", &[]),
    ("wire", &[]),
    ("compare", &[]),
    ("tokens", &["artifact"]),
    ("model", &["artifact", "tokens"]),
    ("weights", &["artifact"]),
    ("words", &["wire"]),
    ("store", &["wire"]),
    ("report", &["wire", "words"]),
    (
        "commands",
        &["artifact", "tokens", "model", "weights", "compare", "datasets", "wire", "words", "store", "report"],
    ),
    ("cli", &["commands", "wire", "words"]),
    ("plots", &["wire"]),
    ("ui", &["wire", "words", "plots"]),
    ("desktop", &["commands", "wire"]),
    ("demo-model", &["datasets", "artifact", "tokens", "model"]),
    (
        "tests",
        &[
            "artifact",
            "tokens",
            "model",
            "compare",
            "datasets",
            "demo-model",
            "wire",
            "words",
            "store",
            "report",
            "commands",
            "cli",
        ],
    ),
    ("fuzz", &["artifact"]),
    ("pictures", &["plots", "wire"]),
    ("window-tests", &["tests", "wire", "webdriver"]),
    ("webdriver", &[]),
    ("xtask", &["webdriver"]),
    ("bindings", &[]),
];

/// What must not come in from outside, not even by way of another crate: crate, names or beginnings of names, why.
const KEPT_OUT: &[(&str, &[&str], &str)] = &[
    ("wire", &["candle", "rusqlite", "tokio", "linfa"], "it is compiled for the browser too"),
    ("words", &["candle", "rusqlite", "tokio", "linfa"], "it is compiled for the browser too"),
    ("datasets", &["candle", "rusqlite", "tokio", "linfa", "tokenizers"], "it only reads what is asked"),
    (
        "artifact",
        &["candle", "rusqlite", "tokio", "linfa", "ndarray", "tokenizers"],
        "it opens files and does no maths",
    ),
    ("tokens", &["candle", "rusqlite", "tokio", "linfa", "ndarray"], "it turns texts into ids and builds no model"),
    ("model", &["rusqlite", "tokio", "linfa"], "it computes representations and compares none"),
    ("weights", &["candle", "rusqlite", "tokio", "tokenizers"], "it streams tensors and builds no model"),
    (
        "compare",
        &["candle", "rusqlite", "tokio", "tokenizers", "safetensors", "memmap2"],
        "it knows no model and no file",
    ),
    ("store", &["candle", "tokio", "linfa", "ndarray", "tokenizers"], "rows in, rows out"),
    (
        "report",
        &["candle", "rusqlite", "tokio", "linfa", "ndarray", "tokenizers"],
        "it renders and seals what it is given",
    ),
    (
        "cli",
        &["reqwest", "hyper", "ureq", "curl", "tokio", "tauri"],
        "nothing here uses the network, and no window is needed",
    ),
    ("plots", &["candle", "rusqlite", "tokio", "linfa", "eframe", "wgpu"], "it draws on a canvas that it is given"),
    (
        "ui",
        &["candle", "rusqlite", "tokio", "linfa", "tauri", "reqwest", "hyper"],
        "it is compiled for the browser and knows the shell by one call alone",
    ),
    // Tauri brings tokio.
    ("desktop", &["reqwest", "hyper", "ureq", "curl", "native-tls"], "nothing here uses the network"),
];

/// What needs the system's web view or belongs to it: beginnings of names.
const OF_THE_WINDOW: &[&str] = &["gtk", "gdk", "javascriptcore", "soup", "tao", "tauri", "webkit", "wry"];

/// What the pages are compiled for.
const BROWSER: &str = "wasm32-unknown-unknown";

/// The workspace and everything that this machine builds of it for itself.
fn metadata() -> Metadata {
    metadata_for(&host())
}

/// The workspace and everything that is built of it for a platform.
///
/// Crates for other systems are left out: cargo has not downloaded them, and a test must not.
fn metadata_for(platform: &str) -> Metadata {
    let options = ["--locked", "--offline", "--filter-platform", platform];
    MetadataCommand::new()
        .manifest_path(repository().join("Cargo.toml"))
        .other_options(options.map(str::to_owned))
        .exec()
        .expect("cargo describes the workspace; `cargo fetch --locked` downloads what it lacks")
}

/// This machine as cargo names it, for example `x86_64-unknown-linux-gnu`.
fn host() -> String {
    let version = Command::new(env!("CARGO")).arg("-vV").output().expect("cargo starts");
    String::from_utf8_lossy(&version.stdout)
        .lines()
        .find_map(|line| line.strip_prefix("host: ").map(str::to_owned))
        .expect("cargo says what it builds for")
}

/// `parallax-store` is called `store` here, as its folder is.
fn short(name: &str) -> &str {
    name.strip_prefix("parallax-").unwrap_or(name)
}

/// One sentence for each dependency that the table does not list.
fn mistakes(package: &str, dependencies: &BTreeSet<String>) -> Vec<String> {
    let Some((_, allowed)) = ALLOWED_EDGES.iter().find(|(name, _)| *name == package) else {
        return vec![format!(
            "`{package}` is not in the table of allowed dependencies: add it there and to ARCHITECTURE.md"
        )];
    };
    dependencies
        .iter()
        .filter(|dependency| !allowed.contains(&dependency.as_str()))
        .map(|dependency| format!("`{package}` must not know `{dependency}`"))
        .collect()
}

#[test]
fn crates_know_only_the_crates_they_may_know() {
    let metadata = metadata();
    let members: BTreeSet<&str> = metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect();
    let found: Vec<String> = metadata
        .workspace_packages()
        .iter()
        .flat_map(|package| {
            // Tests of a crate are held to the same rule: what needs more belongs under `tests/`.
            let dependencies = package
                .dependencies
                .iter()
                .filter(|dependency| members.contains(dependency.name.as_str()))
                .map(|dependency| short(&dependency.name).to_owned())
                .collect();
            mistakes(short(&package.name), &dependencies)
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_dependency_that_is_not_listed_is_named() {
    let dependencies = BTreeSet::from(["wire".to_owned(), "store".to_owned()]);
    assert_eq!(mistakes("report", &dependencies), ["`report` must not know `store`"]);
    assert_eq!(mistakes("unheard-of", &BTreeSet::new()).len(), 1);
}

/// What a package is built for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum UseIn {
    /// The program alone.
    Program,
    /// Its tests too, and those of what it is built from.
    Tests,
}

/// Every package that `root` is built from, itself included, by id with its name.
fn built_from<'a>(metadata: &'a Metadata, root: &Package, use_in: UseIn) -> BTreeMap<&'a PackageId, &'a str> {
    let resolve = metadata.resolve.as_ref().expect("cargo resolves dependencies");
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let names: BTreeMap<_, _> = metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect();
    let mut found = BTreeMap::new();
    let mut open = vec![nodes[&root.id]];
    while let Some(node) = open.pop() {
        if found.insert(&node.id, names[&node.id]).is_none() {
            let dependencies = node.deps.iter().filter(|dependency| {
                use_in == UseIn::Tests
                    || dependency.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development)
            });
            open.extend(dependencies.map(|dependency| nodes[&dependency.pkg]));
        }
    }
    found
}

#[test]
fn nothing_comes_in_by_way_of_another_crate() {
    let mut found = Vec::new();
    for metadata in [metadata(), metadata_for(BROWSER)] {
        for package in metadata.workspace_packages() {
            let parts = built_from(&metadata, package, UseIn::Program);
            for (name, kept_out, reason) in KEPT_OUT {
                if short(&package.name) != *name {
                    continue;
                }
                for part in parts.values() {
                    if kept_out.iter().any(|beginning| part.starts_with(beginning)) {
                        found.push(format!("`{name}` must not pull in `{part}`: {reason}"));
                    }
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_keeps_something_out_is_a_crate_of_this_workspace() {
    let metadata = metadata();
    let members: BTreeSet<&str> = metadata.workspace_packages().iter().map(|package| short(&package.name)).collect();
    for (name, ..) in KEPT_OUT {
        assert!(members.contains(name), "`{name}` keeps things out and is no crate here");
    }
}

#[test]
fn what_is_built_by_default_needs_no_window() {
    let metadata = metadata();
    let defaults = metadata.workspace_default_packages();
    assert!(defaults.len() > 10, "cargo says what is built by default");
    let mut found = Vec::new();
    for package in defaults {
        for part in built_from(&metadata, package, UseIn::Tests).values() {
            if OF_THE_WINDOW.iter().any(|beginning| part.starts_with(beginning)) {
                found.push(format!("`{}` must not pull in `{part}`", package.name));
            }
        }
    }
    assert!(found.is_empty(), "a bare machine builds the default members:\n{}", found.join("\n"));
}

#[test]
fn the_javascript_side_of_the_pages_is_written_by_the_wasm_bindgen_they_are_compiled_with() {
    let text = std::fs::read_to_string(repository().join("Cargo.lock")).expect("Cargo.lock is there");
    let lock: toml::Table = text.parse().expect("Cargo.lock is TOML");
    let versions = |name: &str| -> Vec<&str> {
        let packages = lock["package"].as_array().into_iter().flatten();
        packages
            .filter(|package| package["name"].as_str() == Some(name))
            .filter_map(|package| package["version"].as_str())
            .collect()
    };
    let compiled_with = versions("wasm-bindgen");
    assert_eq!(compiled_with.len(), 1, "one version in the lock file");
    assert_eq!(versions("wasm-bindgen-cli-support"), compiled_with, "the line in Cargo.toml pins it with `=`");
}

#[test]
fn what_a_crate_is_built_from_is_followed_to_the_end() {
    let metadata = metadata();
    let model = metadata
        .workspace_packages()
        .into_iter()
        .find(|package| package.name.as_str() == "parallax-model")
        .expect("the workspace has a model crate");
    let parts: BTreeSet<&str> = built_from(&metadata, model, UseIn::Program).into_values().collect();
    assert!(parts.contains("gemm-common"), "candle's own dependencies count");
}

/// The lists of deny.toml that this file repeats the checks of.
fn deny_list(table: &str, list: &str) -> Vec<toml::Value> {
    let text = std::fs::read_to_string(repository().join("deny.toml")).expect("deny.toml is there");
    let deny: toml::Table = text.parse().expect("deny.toml is TOML");
    deny[table][list].as_array().expect("deny.toml lists it").clone()
}

#[test]
fn every_licence_is_one_that_deny_toml_allows() {
    let allowed: Vec<String> =
        deny_list("licenses", "allow").iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect();
    let found: Vec<String> = metadata()
        .packages
        .iter()
        .filter(|package| {
            let expression = package.license.as_deref().unwrap_or_default();
            !spdx::Expression::parse_mode(expression, spdx::ParseMode::LAX)
                .is_ok_and(|parsed| parsed.evaluate(|part| allowed.contains(&part.to_string())))
        })
        .map(|package| {
            let licence = package.license.as_deref().unwrap_or("no licence");
            format!("`{}` is under {licence}", package.name)
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_dependency_is_banned_in_deny_toml() {
    let banned: Vec<String> =
        deny_list("bans", "deny").iter().filter_map(|entry| Some(entry.get("crate")?.as_str()?.to_owned())).collect();
    assert!(!banned.is_empty(), "deny.toml bans crates by `crate = …`");
    let found: Vec<String> = metadata()
        .packages
        .iter()
        .map(|package| package.name.to_string())
        .filter(|name| banned.contains(name))
        .collect();
    assert!(found.is_empty(), "banned in deny.toml: {}", found.join(", "));
}
