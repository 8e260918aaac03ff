//! Tests of the case file through its public functions, one file per subject.

mod child;
mod comparisons;
mod contestations;
mod history;
mod maps;
mod own_words;
mod refusals;
mod round_trip;
mod sample;
mod schema;
mod search;
mod sharing;
mod versions;
