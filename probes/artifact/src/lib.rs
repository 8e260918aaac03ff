//! Opens, checks, hashes and names the files of a variant.
