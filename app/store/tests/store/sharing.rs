//! Two programs with the same case open.

use std::time::Duration;

use parallax_store::{Case, Error};
use parallax_wire::TargetKind;
use rusqlite::Connection;

use crate::sample::{self, DAY};

#[test]
fn two_who_have_a_case_open_continue_one_history() {
    let (folder, path, mut one) = sample::case();
    let mut other = Case::open(&path).expect("a second time");
    for n in 0..5 {
        one.annotate(&sample::annotation(&format!("one-{n}"), TargetKind::Finding, "F1")).expect("the first writes");
        other
            .annotate(&sample::annotation(&format!("other-{n}"), TargetKind::Finding, "F1"))
            .expect("the second writes");
    }
    assert_eq!(one.history().expect("a history"), other.history().expect("a history"), "both see the same");
    assert_eq!(one.check().expect("a check"), Vec::<String>::new(), "the chain holds");
    one.close().expect("the first closes");
    assert_eq!(other.check().expect("a check"), Vec::<String>::new(), "the other goes on");
    other.set_key("a key", DAY).expect("and writes on");
    other.close().expect("the other closes");
    assert_eq!(sample::names(folder.path()), ["desk.parallax"], "the last one takes the log away");
}

#[test]
fn a_writer_waits_for_another_and_then_writes() {
    let (_folder, path, case) = sample::case();
    drop(case);
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let path = path.clone();
            std::thread::spawn(move || {
                let mut case = Case::open(&path).expect("the case opens");
                for n in 0..10 {
                    let annotation = sample::annotation(&format!("{writer}-{n}"), TargetKind::Finding, "F1");
                    case.annotate(&annotation).expect("the writer has its turn");
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().expect("the writer succeeds");
    }
    let case = Case::open(&path).expect("the case opens");
    assert_eq!(case.summary().expect("a summary").annotations, 40, "every note is there");
    assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "the chain holds");
}

#[test]
fn a_writer_that_waited_long_enough_says_so() {
    let (_folder, path, mut case) = sample::case();
    let holder = Connection::open(&path).expect("another program");
    holder.execute_batch("BEGIN IMMEDIATE").expect("it begins to write");
    case.set_patience(Duration::ZERO).expect("no patience");
    let refused = case.set_key("a key", DAY).expect_err("the other program writes");
    assert!(matches!(refused, Error::Busy { .. }), "{refused:?}");
    assert!(refused.to_string().starts_with("another program is using the case file"), "{refused}");
    assert_eq!(case.findings().expect("findings").len(), 2, "reading never waits");
    holder.execute_batch("ROLLBACK").expect("it stops");
    case.set_key("a key", DAY).expect("now there is nobody in the way");
}
