//! Where there is no graphics card to use, Mesa draws in software, and that must not hold up the page.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, setpriority_process};
use webkit2gtk::glib::{ControlFlow, setenv, timeout_add_local};
use webkit2gtk::{LoadEvent, WebView, WebViewExt};

/// Time between two looks for the threads of the renderer, and how often they are looked for: they come with the first picture.
const LOOKS: (Duration, u32) = (Duration::from_millis(250), 40);
/// How far the threads of the renderer step back, on the scale of `nice`.
const NICE: i32 = 10;

/// Tells Mesa not to optimise the drawing programs that it compiles; before anything is drawn.
///
/// It compiles them in the one thread of the page, which is deaf meanwhile: half as long this way. A frame is painted in
/// other threads, and takes up to a quarter longer. With a graphics card nothing reads this, and whoever has set it knows
/// better.
pub(crate) fn compile_in_haste() {
    // Without room for one more variable everything is only a little slower.
    setenv("GALLIVM_PERF", "nopt", false).unwrap_or_default();
}

/// Lets the threads that paint in software step back behind the thread that answers a person, whenever a page was loaded.
///
/// There is one of them for each processor, and a processor that paints a picture does not hear a key.
pub(crate) fn let_painters_step_back(view: &WebView) {
    view.connect_load_changed(|_, event| {
        if event == LoadEvent::Finished {
            let (every, mut looks) = LOOKS;
            timeout_add_local(every, move || {
                looks -= 1;
                if step_back() || looks == 0 { ControlFlow::Break } else { ControlFlow::Continue }
            });
        }
    });
}

/// Whether the page's process has such threads; they have stepped back then.
///
/// What cannot be read or changed is left as it is: that is never wrong, only slower.
fn step_back() -> bool {
    let pages = threads(Path::new("/proc/self")).flat_map(|(_, own)| started_by(&own));
    let painters = pages.filter(|page| named(page, "WebKitWebProces")).flat_map(|page| {
        let threads = threads(&page).filter(|(_, thread)| named(thread, "llvmpipe"));
        threads.map(|(number, _)| number).collect::<Vec<_>>()
    });
    painters.filter(|thread| setpriority_process(Some(*thread), NICE).is_ok()).count() > 0
}

/// The threads of a process, by number and by folder.
fn threads(process: &Path) -> impl Iterator<Item = (Pid, PathBuf)> + use<> {
    let entries = std::fs::read_dir(process.join("task")).into_iter().flatten().flatten();
    entries.filter_map(|entry| {
        let number = entry.file_name().to_str()?.parse().ok()?;
        Some((Pid::from_raw(number)?, entry.path()))
    })
}

/// The processes that a thread has started.
fn started_by(thread: &Path) -> Vec<PathBuf> {
    let children = std::fs::read_to_string(thread.join("children")).unwrap_or_default();
    children.split_whitespace().map(|number| Path::new("/proc").join(number)).collect()
}

/// Whether a process or a thread has a name that begins so; the system keeps fifteen letters of it.
fn named(folder: &Path, begin: &str) -> bool {
    std::fs::read_to_string(folder.join("comm")).is_ok_and(|name| name.starts_with(begin))
}
