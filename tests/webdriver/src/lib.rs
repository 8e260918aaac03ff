//! Drives the built window as a person would: find, click, type, read, look.
//!
//! WebKitWebDriver, which comes with the system's web view, starts the program and speaks the W3C WebDriver protocol.
//! Every [`Driver`] has a screen of its own (Xvfb), a profile of its own and a port of its own,
//! so that tests can run side by side, nothing opens on a person's screen, and nothing is left behind.
//! Nothing here sleeps for a fixed time: what is waited for is looked at again every 20 ms until it is there.

mod display;
mod driver;
mod element;
mod http;
pub mod keys;
mod process;
mod wait;

pub use display::Display;
pub use driver::Driver;
pub use element::Element;
pub use http::Refusal;
pub use wait::wait_until;
