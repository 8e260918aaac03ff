//! Numbers as people read them: three decimals at most, and never more exact than they are.

/// A number with at most three decimals; `≈` stands before it where it is not a whole number but nearly one.
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    let short = if short == "-0" { "0" } else { short };
    if !short.contains('.') && value.fract() != 0.0 { format!("≈ {short}") } else { short.to_owned() }
}

/// A share as whole percent.
pub(crate) fn percent(share: f64) -> u64 {
    // A share lies between 0 and 1, so that nothing is cut off.
    (share.clamp(0.0, 1.0) * 100.0).round() as u64
}
