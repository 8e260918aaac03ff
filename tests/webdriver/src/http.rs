//! The few lines of HTTP that the WebDriver protocol needs.
//!
//! The well-kept clients (thirtyfour, fantoccini) bring tokio, hyper and reqwest,
//! and this house lets nothing in that opens connections to the world: see deny.toml.
//! What is left of HTTP between two processes on one machine is a request and a reply with a length.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// Longest reply that is taken: a picture of a large screen in base64 stays far below.
const LONGEST_REPLY: usize = 256 << 20;
/// Longest line of a reply's head.
const LONGEST_LINE: u64 = 64 << 10;

/// The driver understood and said no.
#[derive(Debug)]
pub struct Refusal {
    /// The protocol's name for the reason, for example `no such element`.
    pub error: String,
    /// What the driver says about it.
    pub message: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.error, self.message)
    }
}

impl std::error::Error for Refusal {}

/// Sends one request to a driver on this machine and gives back the `value` of its reply.
///
/// # Errors
/// A [`Refusal`] when the driver said no; otherwise when it cannot be reached, is silent for longer than `patience`,
/// or answers with something else than WebDriver's JSON.
pub(crate) fn ask(port: u16, method: &str, path: &str, body: Option<&Value>, patience: Duration) -> Result<Value> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, patience).context("reaching the driver")?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    let body = body.map(Value::to_string).unwrap_or_default();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).context("asking the driver")?;
    read_reply(stream).with_context(|| format!("the driver's reply to {method} {path}"))
}

/// Reads one reply and takes the value out of it.
fn read_reply(stream: impl Read) -> Result<Value> {
    let mut reader = BufReader::new(stream);
    let status: u16 = line(&mut reader)?
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3)?.parse().ok())
        .context("this is not HTTP")?;
    let mut length = None;
    loop {
        let line = line(&mut reader)?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let length = length.context("it does not say how long it is")?;
    ensure!(length <= LONGEST_REPLY, "it has {length} bytes, more than {LONGEST_REPLY}");
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    value_of(status, &body)
}

fn line(reader: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    reader.by_ref().take(LONGEST_LINE).read_line(&mut line)?;
    ensure!(line.ends_with('\n'), "it ends in the middle of a line");
    Ok(line.trim_end().to_owned())
}

fn value_of(status: u16, body: &[u8]) -> Result<Value> {
    let mut reply: Value = serde_json::from_slice(body).context("it is not JSON")?;
    let value = reply.get_mut("value").map(Value::take).context("it has no value")?;
    if status == 200 {
        return Ok(value);
    }
    let part = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    match part("error") {
        Some(error) => Err(Refusal { error, message: part("message").unwrap_or_default() }.into()),
        None => bail!("HTTP status {status}: {value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_a_reply_is_taken_out() {
        let reply = b"HTTP/1.1 200 OK\r\nServer: x\r\ncontent-length: 13\r\n\r\n{\"value\":[1]}and what comes after";
        let value = read_reply(reply.as_slice()).expect("this is a reply");
        assert_eq!(value, serde_json::json!([1]));
    }

    #[test]
    fn a_refusal_keeps_the_reason_of_the_protocol() {
        let body = r#"{"value":{"error":"no such element","message":"gone"}}"#;
        let reply = format!("HTTP/1.1 404 Not Found\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let error = read_reply(reply.as_bytes()).expect_err("404 is a refusal");
        let refusal = error.downcast_ref::<Refusal>().expect("the reason is kept");
        assert_eq!(refusal.error, "no such element");
        assert_eq!(refusal.to_string(), "no such element: gone");
    }

    #[test]
    fn a_reply_that_breaks_off_is_an_error() {
        for reply in [
            "",
            "HTTP/1.1 200 OK",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
            "SSH-2.0\r\n",
        ] {
            assert!(read_reply(reply.as_bytes()).is_err(), "{reply:?} must not pass");
        }
    }
}
