//! One function per command; jobs, progress and cancellation.
