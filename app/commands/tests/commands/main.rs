//! Tests of the commands through their public functions, on the shipped demonstration; one file a subject.

mod demonstration;
mod map;
mod own_words;
mod pages;
#[cfg(unix)]
mod worker;
