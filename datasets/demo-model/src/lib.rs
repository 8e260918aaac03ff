//! Trains the tiny classifier of the demonstration case and its two deployments.
