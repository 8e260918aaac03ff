//! What is looked for on the machine, by which sign, and the Debian packages that bring it.

use std::path::Path;
use std::process::{Command, Stdio};

use super::Purpose;

/// Where programs that draw with Vulkan look for drivers.
const VULKAN_DRIVERS: &[&str] = &["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d", "/usr/local/share/vulkan/icd.d"];
/// Where the linker finds libraries of the system; on Debian in a folder per architecture below.
const LIBRARIES: &[&str] = &["/usr/lib", "/usr/lib64", "/usr/local/lib"];

/// How something is recognised.
#[derive(Clone, Copy)]
enum Sign {
    /// A program on the PATH.
    Program(&'static str),
    /// A library that pkg-config knows, with what is needed to build against it.
    Development(&'static str),
    /// A library that is loaded at run time.
    Loaded(&'static str),
    /// A font for each of these languages.
    Fonts(&'static [&'static str]),
    /// A Vulkan driver whose description begins so.
    VulkanDriver(&'static str),
}

/// Something that is needed and the Debian packages that bring it; Ubuntu's have the same names.
pub(super) struct Requirement {
    sign: Sign,
    pub(super) packages: &'static [&'static str],
    pub(super) reason: &'static str,
    purpose: Purpose,
}

const REQUIREMENTS: &[Requirement] = &[
    Requirement {
        sign: Sign::Program("cc"),
        packages: &["gcc", "libc6-dev"],
        reason: "SQLite is compiled from its source, and Rust links with it",
        purpose: Purpose::Run,
    },
    WEB_VIEW,
    Requirement {
        sign: Sign::Fonts(&["kn", "hi", "bn", "ta", "ar"]),
        packages: &["fontconfig", "fonts-noto-core"],
        reason: "the window shows texts in the scripts of these languages",
        purpose: Purpose::Window,
    },
    Requirement {
        sign: Sign::Program("git"),
        packages: &["git"],
        reason: "the house rules are checked on the files that git tracks",
        purpose: Purpose::Test,
    },
    Requirement {
        sign: Sign::Program("ssh-keygen"),
        packages: &["openssh-client"],
        reason: "the tests check signatures with it",
        purpose: Purpose::Test,
    },
    Requirement {
        sign: Sign::Program("sha256sum"),
        packages: &["coreutils"],
        reason: "the tests check bundles with it",
        purpose: Purpose::Test,
    },
    Requirement {
        sign: Sign::Program("Xvfb"),
        packages: &["xvfb"],
        reason: "the tests open windows on a screen that nobody sees",
        purpose: Purpose::Test,
    },
    Requirement {
        sign: Sign::Program("WebKitWebDriver"),
        packages: &["webkit2gtk-driver"],
        reason: "the tests click and type in the window with it",
        purpose: Purpose::Test,
    },
    Requirement {
        sign: Sign::Loaded("libvulkan.so.1"),
        packages: &["libvulkan1"],
        reason: "the tests draw pictures of the plots with it",
        purpose: Purpose::Test,
    },
    Requirement {
        sign: Sign::VulkanDriver("lvp_icd"),
        packages: &["mesa-vulkan-drivers"],
        reason: "pictures are drawn in software, so that they are the same on every machine",
        purpose: Purpose::Test,
    },
];

/// What the window is built against.
pub(super) const WEB_VIEW: Requirement = Requirement {
    sign: Sign::Development("webkit2gtk-4.1"),
    packages: &["pkg-config", "libwebkit2gtk-4.1-dev"],
    reason: "the window shows its pages in the system's web view",
    purpose: Purpose::Window,
};

/// What is needed for a purpose and is not there.
pub(super) fn lacking(purpose: Purpose) -> Vec<&'static Requirement> {
    REQUIREMENTS.iter().filter(|requirement| requirement.purpose <= purpose && !requirement.is_there()).collect()
}

/// True when the window can be built here.
pub(super) fn has_web_view() -> bool {
    WEB_VIEW.is_there()
}

impl Requirement {
    fn is_there(&self) -> bool {
        match self.sign {
            Sign::Program(name) => has_program(name),
            Sign::Development(name) => succeeds(Command::new("pkg-config").args(["--exists", name])),
            Sign::Loaded(name) => LIBRARIES.iter().any(|folder| {
                let folder = Path::new(folder);
                folder.join(name).exists() || entries(folder).any(|below| below.join(name).exists())
            }),
            Sign::Fonts(languages) => languages.iter().all(|language| has_font(language)),
            Sign::VulkanDriver(beginning) => VULKAN_DRIVERS.iter().any(|folder| {
                entries(Path::new(folder))
                    .any(|file| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(beginning)))
            }),
        }
    }
}

impl std::fmt::Display for Requirement {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.sign {
            Sign::Program(name) | Sign::Development(name) | Sign::Loaded(name) => write!(formatter, "`{name}`"),
            Sign::Fonts(languages) => write!(formatter, "fonts for {}", languages.join(", ")),
            Sign::VulkanDriver(beginning) => write!(formatter, "the Vulkan driver `{beginning}`"),
        }
    }
}

/// True when a program is on the PATH.
pub(super) fn has_program(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

/// True when fontconfig knows a font that covers a language.
fn has_font(language: &str) -> bool {
    let listed = Command::new("fc-list").arg(format!(":lang={language}")).stderr(Stdio::null()).output();
    listed.is_ok_and(|listed| listed.status.success() && !listed.stdout.is_empty())
}

/// True when a program is there and says yes; what it prints is not shown.
pub(super) fn succeeds(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// What lies in a folder; nothing when there is none.
pub(super) fn entries(folder: &Path) -> impl Iterator<Item = std::path::PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_narrow_purpose_needs_a_wide_one_needs_too() {
        let packages = |purpose: Purpose| -> Vec<&str> {
            let needed = REQUIREMENTS.iter().filter(|requirement| requirement.purpose <= purpose);
            needed.flat_map(|requirement| requirement.packages.iter().copied()).collect()
        };
        assert_eq!(packages(Purpose::Run), ["gcc", "libc6-dev"], "a server needs no window");
        assert!(packages(Purpose::Window).contains(&"libwebkit2gtk-4.1-dev"));
        assert!(!packages(Purpose::Window).contains(&"xvfb"), "a person has a screen");
        assert!(packages(Purpose::Test).starts_with(&packages(Purpose::Window)));
    }

    #[test]
    fn what_is_nowhere_is_not_found() {
        for sign in [
            Sign::Program("no-such-program"),
            Sign::Development("no-such-library-1.0"),
            Sign::Loaded("libno-such.so.1"),
            Sign::Fonts(&["zxx"]),
            Sign::VulkanDriver("no_such_driver"),
        ] {
            let requirement = Requirement { sign, packages: &[], reason: "", purpose: Purpose::Run };
            assert!(!requirement.is_there(), "{requirement} is nowhere");
        }
    }

    #[test]
    fn what_every_machine_has_is_found() {
        for sign in [Sign::Program("sh"), Sign::Loaded("libc.so.6")] {
            let requirement = Requirement { sign, packages: &[], reason: "", purpose: Purpose::Run };
            assert!(requirement.is_there(), "{requirement} is there");
        }
    }
}
