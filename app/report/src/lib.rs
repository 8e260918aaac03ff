//! Contestation bundles and reports: render, seal and verify.
