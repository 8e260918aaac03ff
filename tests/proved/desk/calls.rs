//! The list of commands, what the shell answers, and what its capability file lets the page call: one and the same.

use std::collections::BTreeSet;

use parallax_tests::repository;
use parallax_wire::{COMMANDS, Call, Code};
use serde_json::{Value, json};

use super::Seat;

fn json_file(path: &str) -> Value {
    let text = std::fs::read_to_string(repository().join(path)).expect("the file is there");
    serde_json::from_str(&text).expect("the file is JSON")
}

#[test]
fn the_page_may_call_the_listed_commands_and_nothing_else() {
    let capability = json_file("src-tauri/capabilities/window.json");
    let permissions = capability["permissions"].as_array().expect("a list of permissions");
    assert_eq!(permissions.len(), 1, "one permission, and no plug-in speaks to the page: {permissions:?}");
    assert_eq!(permissions[0]["identifier"], "allow-rpc");
    let allowed: Vec<&str> = permissions[0]["allow"]
        .as_array()
        .expect("a list of commands")
        .iter()
        .map(|entry| entry["command"].as_str().expect("a name"))
        .collect();
    assert_eq!(allowed, COMMANDS, "the capability file lists what `wire` lists, in its order");
    assert_eq!(COMMANDS.iter().collect::<BTreeSet<_>>().len(), COMMANDS.len(), "no command has the name of another");
}

#[test]
fn every_listed_command_is_one_that_the_desk_answers() {
    for command in COMMANDS {
        // A request of no command: the name must be known, and only the request refused.
        let refused = serde_json::from_value::<Call>(json!({ "command": command, "request": 7 }))
            .expect_err("a number is no request");
        assert!(!refused.to_string().contains("unknown variant"), "`{command}` has no handler: {refused}");
    }
    let unknown = serde_json::from_value::<Call>(json!({ "command": "read-file", "request": {} }));
    assert!(unknown.expect_err("not in the list").to_string().contains("unknown variant"));
}

#[test]
fn the_page_loads_nothing_from_elsewhere() {
    let settings = json_file("src-tauri/tauri.conf.json");
    let policy = settings["app"]["security"]["csp"].as_str().expect("a content-security policy");
    assert!(policy.starts_with("default-src 'none'"), "what is not named is forbidden: {policy}");
    for open in ["'unsafe-inline'", "'unsafe-eval'", "*", "https:", "//cdn"] {
        assert!(!policy.split_whitespace().any(|word| word.trim_end_matches(';') == open), "`{open}` in {policy}");
    }
    for source in policy.split([';', ' ']).filter(|word| word.contains("://")) {
        assert_eq!(source, "http://ipc.localhost", "the shell itself is the only other place that the page reaches");
    }
}

#[test]
fn an_id_of_another_session_is_refused_with_a_sentence() {
    let seat = Seat::empty();
    let error = seat.ask(&parallax_wire::ShowCase { case: "case-9".to_owned() }).expect_err("there is no such case");
    assert_eq!(error.code, Code::BadInput);
    assert_eq!(error.message, "this case is no longer open; open it again");
    let error = seat.ask(&parallax_wire::VerifyBundle { bundle: "../etc".to_owned() }).expect_err("a path is no id");
    assert_eq!(error.message, "this file or folder was chosen in an earlier session; choose it again");
}
