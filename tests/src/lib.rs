//! Journeys through the built programs, parity with the reference numbers, and the house rules.
