//! That README.md lists the commands of the built program.

use std::fs;
use std::process::Stdio;

use parallax_tests::{parallax, repository};

#[test]
fn the_readme_lists_the_commands_that_there_are() {
    let help = parallax()
        .arg("--help")
        // The width at which lines are broken must not depend on somebody's terminal.
        .env("COLUMNS", "100")
        .stdin(Stdio::null())
        .output()
        .expect("parallax starts");
    assert!(help.status.success(), "asking for help is no mistake");
    let help = String::from_utf8(help.stdout).expect("help is UTF-8");
    let commands = help.split("\n\n").find(|part| part.starts_with("Commands:")).expect("help lists the commands");
    let readme = fs::read_to_string(repository().join("README.md")).expect("README.md is there");
    assert!(
        readme.contains(&format!("```\n{commands}\n```")),
        "README.md must hold this list between fences:\n{commands}"
    );
}
