//! A bounded little-endian reader: every length is checked against what is left before anything is allocated.

use crate::GgufFault;

/// Reads forwards through the bytes of a file.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes, at: 0 }
    }

    /// Bytes read so far.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Bytes left.
    pub(super) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// The next `count` bytes, in place.
    pub(super) fn take(&mut self, count: usize, what: &'static str) -> Result<&'a [u8], GgufFault> {
        let rest = &self.bytes[self.at..];
        let taken = rest.get(..count).ok_or(GgufFault::Truncated { end: self.bytes.len(), what })?;
        self.at += count;
        Ok(taken)
    }

    /// The next `N` bytes, copied.
    pub(super) fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], GgufFault> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N, what)?);
        Ok(array)
    }

    pub(super) fn u32(&mut self, what: &'static str) -> Result<u32, GgufFault> {
        Ok(u32::from_le_bytes(self.array(what)?))
    }

    pub(super) fn u64(&mut self, what: &'static str) -> Result<u64, GgufFault> {
        Ok(u64::from_le_bytes(self.array(what)?))
    }

    /// A count of things that take at least `least` bytes each: refused when it exceeds `most` or cannot fit in what is left.
    pub(super) fn count(&mut self, least: usize, most: u64, what: &'static str) -> Result<usize, GgufFault> {
        let count = self.u64(what)?;
        if count > most {
            return Err(GgufFault::TooMany { what, count, most });
        }
        self.fits(count, least, what)
    }

    /// Checks a count against the bytes that are left.
    pub(super) fn fits(&self, count: u64, least: usize, what: &'static str) -> Result<usize, GgufFault> {
        usize::try_from(count)
            .ok()
            .filter(|count| count.checked_mul(least).is_some_and(|bytes| bytes <= self.left()))
            .ok_or(GgufFault::Truncated { end: self.bytes.len(), what })
    }

    /// A string with its length before it, in place.
    pub(super) fn string(&mut self, what: &'static str) -> Result<&'a str, GgufFault> {
        let length = self.u64(what)?;
        let length = self.fits(length, 1, what)?;
        std::str::from_utf8(self.take(length, what)?).map_err(|_| GgufFault::NotUtf8 { what })
    }

    /// A string that serves as a name: not empty, at most `longest` bytes, no control character:
    /// readers in C would cut it at a zero byte, and terminals obey some of the others.
    pub(super) fn name(&mut self, longest: usize, what: &'static str) -> Result<&'a str, GgufFault> {
        let name = self.string(what)?;
        if name.is_empty() || name.len() > longest || name.chars().any(char::is_control) {
            return Err(GgufFault::BadName { what });
        }
        Ok(name)
    }
}
