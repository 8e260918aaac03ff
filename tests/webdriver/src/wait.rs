//! Waiting for something to become so.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How often is looked.
const INTERVAL: Duration = Duration::from_millis(20);

/// Looks every 20 ms until there is something to see, and gives it back.
///
/// `what` completes the sentence "… did not happen within 10 s".
///
/// # Errors
/// When the time is over, or at once when looking fails.
pub fn wait_until<T>(what: &str, patience: Duration, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let started = Instant::now();
    loop {
        if let Some(seen) = look()? {
            return Ok(seen);
        }
        if started.elapsed() > patience {
            bail!("{what} did not happen within {} s", patience.as_secs_f32());
        }
        std::thread::sleep(INTERVAL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_ends_when_it_is_there() {
        let mut looks = 0;
        let seen = wait_until("the third look", Duration::from_secs(10), || {
            looks += 1;
            Ok((looks == 3).then_some(looks))
        });
        assert_eq!(seen.ok(), Some(3));
    }

    #[test]
    fn waiting_in_vain_says_what_was_waited_for() {
        let error = wait_until::<()>("the flood", Duration::ZERO, || Ok(None)).map_err(|error| error.to_string());
        assert_eq!(error, Err("the flood did not happen within 0 s".to_owned()));
    }

    #[test]
    fn looking_that_fails_is_not_tried_again() {
        let mut looks = 0;
        let outcome = wait_until::<()>("anything", Duration::from_secs(10), || {
            looks += 1;
            bail!("blind")
        });
        assert!(outcome.is_err());
        assert_eq!(looks, 1);
    }
}
