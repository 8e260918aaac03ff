//! Proof of `parallax-compare`: golden numbers, invariances, nulls and power. One file a subject.

mod calibration;
mod draw;
mod fitted;
mod flips;
mod gates;
mod geometry;
mod golden;
mod probe;
mod projection;
mod readers;
