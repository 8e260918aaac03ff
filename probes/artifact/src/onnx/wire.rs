//! The wire format of Protocol Buffers, as far as ONNX needs it: every length is checked before anything is read.
//! Source: "Protocol Buffers: Encoding" (protobuf.dev).

use super::OnnxFault;

/// Bytes of the longest number.
const LONGEST_NUMBER: usize = 10;

/// A value of a field.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    /// A number of variable length.
    Number(u64),
    /// Text, bytes, a message or packed numbers.
    Bytes(Bytes<'a>),
    /// Four or eight bytes, which nothing here asks for.
    Fixed,
}

/// Bytes, and where in the file they begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes<'a> {
    pub(super) at: usize,
    pub(super) bytes: &'a [u8],
}

impl<'a> Bytes<'a> {
    /// The fields of a message.
    pub(super) fn fields(self) -> Fields<'a> {
        Fields { base: self.at, bytes: self.bytes, at: 0 }
    }

    /// Packed numbers of variable length.
    pub(super) fn numbers(self) -> impl Iterator<Item = Result<u64, OnnxFault>> {
        let mut fields = self.fields();
        std::iter::from_fn(move || (fields.at < fields.bytes.len()).then(|| fields.number()))
    }

    /// As text.
    pub(super) fn text(self) -> Result<&'a str, OnnxFault> {
        std::str::from_utf8(self.bytes).map_err(|error| OnnxFault::NotUtf8 { at: self.at + error.valid_up_to() })
    }
}

/// Reads the fields of a message one after another.
pub(super) struct Fields<'a> {
    base: usize,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Fields<'a> {
    /// The number of the next field and its value; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Value<'a>)>, OnnxFault> {
        if self.at == self.bytes.len() {
            return Ok(None);
        }
        let begin = self.base + self.at;
        let key = self.number()?;
        let field = key >> 3;
        if field == 0 {
            return Err(OnnxFault::Field { at: begin });
        }
        let value = match key & 7 {
            0 => Value::Number(self.number()?),
            1 => self.take(8).map(|_| Value::Fixed)?,
            2 => {
                let length = self.number()?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Fixed)?,
            _ => return Err(OnnxFault::Field { at: begin }),
        };
        Ok(Some((field, value)))
    }

    fn take(&mut self, length: u64) -> Result<Bytes<'a>, OnnxFault> {
        let at = self.base + self.at;
        let end = usize::try_from(length).ok().and_then(|length| self.at.checked_add(length));
        let bytes = end.and_then(|end| self.bytes.get(self.at..end)).ok_or(OnnxFault::Cut { at, length })?;
        self.at += bytes.len();
        Ok(Bytes { at, bytes })
    }

    fn number(&mut self) -> Result<u64, OnnxFault> {
        let begin = self.base + self.at;
        let mut number = 0_u64;
        for place in 0..LONGEST_NUMBER {
            let byte = *self.bytes.get(self.at).ok_or(OnnxFault::Cut { at: begin, length: 1 })?;
            self.at += 1;
            let bits = u64::from(byte & 0x7F);
            // The tenth byte has room for one bit only.
            if place == LONGEST_NUMBER - 1 && bits > 1 {
                break;
            }
            number |= bits << (7 * place);
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(OnnxFault::Number { at: begin })
    }
}
