//! What is asked of a model: suites, their checks, and the demonstration case.
