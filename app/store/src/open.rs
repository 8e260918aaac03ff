//! Telling a case file from everything else before SQLite may write beside it, then opening it with every guard on.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::error::{Error, Failure, Result};
use crate::schema::{self, APPLICATION_ID, VERSION};
use crate::table::event;

/// How long a write waits for another program, unless told otherwise.
const PATIENCE: Duration = Duration::from_secs(5);

/// First bytes of every SQLite database (SQLite file format, section 1.3).
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Fewest bytes of an SQLite database that holds anything (SQLite file format, section 1.3.2).
const SMALLEST_PAGE: u64 = 512;

/// Where the application id is in the header (SQLite file format, section 1.3).
const APPLICATION_ID_AT: std::ops::Range<usize> = 68..72;

/// Opens the case file at `path`.
pub(crate) fn open(path: &Path) -> Result<Connection> {
    probe(path)?;
    let mut connection = connect(path).map_err(|failure| failure.at(path))?;
    // SQLite falls back to reading alone, and would then leave a log beside the file that it may not take away.
    if connection.is_readonly("main").map_err(|source| Failure::from(source).at(path))? {
        return Err(Error::NotWritable { path: path.to_path_buf() });
    }
    check(&connection, path)?;
    prepare(&mut connection, path)?;
    Ok(connection)
}

/// A connection with the guards of "Defense Against The Dark Arts" (sqlite.org/security.html) on; the file must exist.
pub(crate) fn connect(path: &Path) -> std::result::Result<Connection, Failure> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.execute_batch(
        "PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA mmap_size = 0;
         PRAGMA foreign_keys = ON;
         PRAGMA recursive_triggers = ON;
         PRAGMA secure_delete = ON;
         PRAGMA synchronous = FULL;
         PRAGMA temp_store = MEMORY;",
    )?;
    Ok(connection)
}

/// Refuses whatever is not a case file of a version that can be read, without making or changing anything.
///
/// SQLite itself reads the header, through a connection that is promised an immutable file: it then takes no lock and
/// makes no log. Reading the file past SQLite would drop the locks that another connection of this process holds on it
/// ("How To Corrupt An SQLite Database File", section 2.2), so that is kept for files that SQLite does not know.
fn probe(path: &Path) -> Result<()> {
    let metadata = fs::metadata(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => Error::Missing { path: path.to_path_buf() },
        _ => Error::Io { action: "read", path: path.to_path_buf(), source },
    })?;
    if metadata.is_dir() {
        return Err(Error::Folder { path: path.to_path_buf() });
    }
    let not_a_case = |reason: &str| Error::NotACase { path: path.to_path_buf(), reason: reason.to_owned() };
    if !metadata.is_file() {
        return Err(not_a_case("it is not a file with contents of its own"));
    }
    if metadata.len() == 0 {
        return Err(not_a_case("it is empty"));
    }
    // SQLite takes a file shorter than its smallest page for a new and empty database.
    if metadata.len() < SMALLEST_PAGE {
        return Err(unknown_bytes(path)?);
    }
    match header(path) {
        Ok(header) if header.application_id != APPLICATION_ID => Err(unknown_bytes(path)?),
        Ok(header) if header.version > VERSION => {
            Err(Error::Newer { path: path.to_path_buf(), found: header.version, known: VERSION })
        }
        // SQLite reads what is missing from the last page as zeros.
        Ok(header) if metadata.len() % header.page_size != 0 && !has_log(path) => {
            Err(Error::Damaged { path: path.to_path_buf(), reason: "it ends in the middle of a page".to_owned() })
        }
        Ok(_) => Ok(()),
        Err(source) => match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Err(unknown_bytes(path)?),
            // A file may be shorter than its header says while pages of it are still in the log beside it.
            Some(ErrorCode::DatabaseCorrupt) if has_log(path) => Ok(()),
            Some(ErrorCode::DatabaseCorrupt) => Err(unknown_bytes(path)?),
            _ => Err(Failure::from(source).at(path)),
        },
    }
}

/// What the file itself says of its format.
struct Header {
    application_id: i32,
    version: u32,
    page_size: u64,
}

fn header(path: &Path) -> rusqlite::Result<Header> {
    let connection = Connection::open_with_flags(
        immutable_uri(path),
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    Ok(Header {
        application_id: connection.pragma_query_value(None, "application_id", |row| row.get(0))?,
        version: connection.pragma_query_value(None, "user_version", |row| row.get(0))?,
        // Known only once something was read.
        page_size: connection.pragma_query_value(None, "page_size", |row| row.get(0))?,
    })
}

/// What a file is that SQLite could not read or that is not marked as a case: a damaged case, or something else.
fn unknown_bytes(path: &Path) -> Result<Error> {
    let mut start = Vec::new();
    File::open(path).and_then(|file| file.take(1 << 16).read_to_end(&mut start)).map_err(|source| Error::Io {
        action: "read",
        path: path.to_path_buf(),
        source,
    })?;
    let damaged = |reason: &str| Error::Damaged { path: path.to_path_buf(), reason: reason.to_owned() };
    let not_a_case = |reason: &str| Error::NotACase { path: path.to_path_buf(), reason: reason.to_owned() };
    let is_database = start.starts_with(MAGIC);
    if is_database && start.len() < 100 {
        return Ok(damaged("it ends inside its header"));
    }
    let has_our_id = start.get(APPLICATION_ID_AT).is_some_and(|bytes| bytes == APPLICATION_ID.to_be_bytes());
    // The statements that make the tables are among the first pages, also where the header is gone.
    let has_our_tables = start.contains(&0) && contains(&start, b"CREATE TABLE case_info (");
    Ok(match (is_database, has_our_id || has_our_tables) {
        (true, true) => damaged("it is shorter than it should be, or some of it was overwritten"),
        (true, false) => not_a_case("it is an SQLite database of another program"),
        (false, true) => damaged("its header was overwritten"),
        (false, false) => not_a_case("its contents are something else"),
    })
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// True when a log with contents lies beside the file, as after a program was killed.
fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    fs::metadata(PathBuf::from(log)).is_ok_and(|metadata| metadata.len() > 0)
}

/// `path` as a `file:` URI (sqlite.org/uri.html) that promises an immutable file.
fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    let bytes = path.as_os_str().as_encoded_bytes();
    if cfg!(windows) && path.is_absolute() {
        uri.push_str("///");
    } else if bytes.starts_with(b"/") {
        // Two more slashes say that no host follows, also for a path that begins with two of its own.
        uri.push_str("//");
    }
    for &byte in bytes {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b':' => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri.push_str("?immutable=1");
    uri
}

/// Refuses a file that is not whole. The pages come first: what they hold is only then worth reading.
fn check(connection: &Connection, path: &Path) -> Result<()> {
    let failed = |failure: Failure| failure.at(path);
    let damaged = |reason: String| Error::Damaged { path: path.to_path_buf(), reason };
    let found = schema::user_version(connection).map_err(failed)?;
    if found > VERSION {
        return Err(Error::Newer { path: path.to_path_buf(), found, known: VERSION });
    }
    if found == 0 {
        return Err(damaged("it does not say which version made it".to_owned()));
    }
    let answer: String =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|source| failed(source.into()))?;
    if answer != "ok" {
        return Err(damaged(answer));
    }
    let broken = event::first_break(connection).map_err(|failure| match failure {
        Failure::Sqlite(source) if source.sqlite_error_code() == Some(ErrorCode::Unknown) => {
            damaged("it has no history".to_owned())
        }
        other => failed(other),
    })?;
    if let Some((seq, reason)) = broken {
        return Err(Error::History { path: path.to_path_buf(), seq, reason });
    }
    Ok(())
}

/// Compares the file's tables with those of its version, brings it to the latest one, and turns the log on.
fn prepare(connection: &mut Connection, path: &Path) -> Result<()> {
    let failed = |failure: Failure| failure.at(path);
    if schema::user_version(connection).map_err(failed)? == VERSION {
        as_made(connection, path)?;
    } else {
        // The right to write from the beginning: of two programs that open the file at once, one migrates it.
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|source| failed(source.into()))?;
        // Before anything is added, so that a file that is refused stays as it was.
        as_made(&transaction, path)?;
        schema::migrate(&transaction).map_err(failed)?;
        transaction.commit().map_err(|source| failed(source.into()))?;
    }
    let logged: rusqlite::Result<()> = (|| {
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        // The log is opened by the first read, and closing a case whose log was never opened fails.
        connection.query_row("SELECT number FROM case_info", [], |_| Ok(()))
    })();
    logged.map_err(|source| failed(source.into()))
}

/// Refuses a file whose tables are not exactly those of the version that it says it has.
fn as_made(connection: &Connection, path: &Path) -> Result<()> {
    match schema::first_difference(connection).map_err(|failure| failure.at(path))? {
        None => Ok(()),
        Some(name) => Err(Error::Damaged {
            path: path.to_path_buf(),
            reason: format!("its table or trigger `{name}` is missing, was changed or does not belong to it"),
        }),
    }
}
