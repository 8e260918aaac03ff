//! Nothing of its own: the tests in `window` are what this package is for.
