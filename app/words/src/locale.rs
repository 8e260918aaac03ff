//! The Fluent files of each language, read into the program when it is built.

/// Languages the product speaks, the one it falls back to first.
pub const LANGUAGES: [&str; 1] = ["en"];

/// English, one entry a file.
pub(crate) const ENGLISH: [(&str, &str); 14] = [
    ("statements", include_str!("../locales/en/statements.ftl")),
    ("limits", include_str!("../locales/en/limits.ftl")),
    ("explain", include_str!("../locales/en/explain.ftl")),
    ("language", include_str!("../locales/en/language.ftl")),
    ("preflight", include_str!("../locales/en/preflight.ftl")),
    ("report", include_str!("../locales/en/report.ftl")),
    ("contest", include_str!("../locales/en/contest.ftl")),
    ("verify", include_str!("../locales/en/verify.ftl")),
    ("command-line", include_str!("../locales/en/command-line.ftl")),
    ("weights", include_str!("../locales/en/weights.ftl")),
    ("window", include_str!("../locales/en/window.ftl")),
    ("window-files", include_str!("../locales/en/window-files.ftl")),
    ("window-items", include_str!("../locales/en/window-items.ftl")),
    ("window-answer", include_str!("../locales/en/window-answer.ftl")),
];
