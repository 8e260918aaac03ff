//! Reads a list of hashes and names line by line (RFC 8493, section 2.1.3); opens no file that it names.

/// A list as it stands.
pub(crate) struct Parsed {
    /// Its lines, in order.
    pub(crate) lines: Vec<Line>,
}

/// One line of a list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A hash and a path inside the bundle.
    File {
        /// SHA-256 in hex, lower case.
        hash: String,
        /// Path with `/` between parts.
        path: String,
    },
    /// A path that would leave the bundle.
    Outside {
        /// The path as it stands.
        path: String,
    },
    /// A line of another shape.
    Broken {
        /// Number of the line, from 1.
        number: u64,
    },
}

/// Length of a SHA-256 in hex.
const HEX: usize = 64;

/// Reads a list; every line that is not empty becomes one entry.
pub(crate) fn parse(bytes: &[u8]) -> Parsed {
    let mut lines = Vec::new();
    let whole = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    if whole.is_empty() {
        return Parsed { lines };
    }
    for (number, line) in (1_u64..).zip(whole.split(|byte| *byte == b'\n')) {
        lines.push(parse_line(line).unwrap_or(Line::Broken { number }));
    }
    Parsed { lines }
}

fn parse_line(line: &[u8]) -> Option<Line> {
    let line = std::str::from_utf8(line).ok()?;
    let hash = line.get(..HEX)?;
    let path = line.get(HEX..)?.strip_prefix("  ")?;
    let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    // A list with other characters, such as a carriage return, reads differently in other tools.
    if !hash.bytes().all(hex) || path.is_empty() || path.chars().any(char::is_control) {
        return None;
    }
    if leaves_the_bundle(path) {
        return Some(Line::Outside { path: path.to_owned() });
    }
    Some(Line::File { hash: hash.to_owned(), path: path.to_owned() })
}

/// True for absolute names, drive letters, backslashes and parts that are empty, `.` or `..`.
fn leaves_the_bundle(path: &str) -> bool {
    path.contains(['\\', ':']) || path.starts_with('~') || path.split('/').any(|part| matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    //! The reader never panics and never lets a name out.

    use proptest::prelude::{any, prop, prop_assert, proptest};

    use super::{Line, parse};

    proptest! {
        #[test]
        fn random_bytes_as_a_list_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            for line in parse(&bytes).lines {
                if let Line::File { hash, path } = line {
                    prop_assert!(hash.len() == 64, "a hash is whole");
                    prop_assert!(!path.starts_with('/') && !path.split('/').any(|part| part == ".."), "{path} stays inside");
                }
            }
        }

        #[test]
        fn random_names_after_a_good_hash_never_leave(name in ".{0,40}") {
            let line = format!("{}  {name}\n", "0".repeat(64));
            for line in parse(line.as_bytes()).lines {
                if let Line::File { path, .. } = line {
                    prop_assert!(!path.starts_with('/') && !path.split('/').any(|part| part == ".."), "{path} stays inside");
                }
            }
        }
    }

    #[test]
    fn names_that_leave_are_told_apart_from_broken_lines() {
        let hash = "a".repeat(64);
        for name in ["/etc/passwd", "../x", "data/../../x", "C:\\x", "data//x", "~/x", "./x"] {
            let parsed = parse(format!("{hash}  {name}\n").as_bytes());
            assert_eq!(parsed.lines, [Line::Outside { path: name.to_owned() }], "`{name}` leaves");
        }
        for line in ["", "abc  data/x", &format!("{hash} data/x"), &format!("{}  data/x", "A".repeat(64))] {
            let parsed = parse(format!("{line}\nx").as_bytes());
            assert_eq!(parsed.lines[0], Line::Broken { number: 1 }, "`{line}` is no line of a list");
        }
    }
}
