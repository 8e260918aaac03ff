//! Engine jobs in a process of their own, so that a panic, an out-of-memory kill or a hang loses one job and nothing else.
//!
//! The same executable is started as `worker`; it reads one job as a JSON line, writes [`JobEvent`] lines, and ends.
//! It writes no file. It ends by itself when its input closes, so that no worker outlives the shell that started it.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use parallax_wire::{
    AuditOutcome, AuditRequest, Code, Error, IdentifyRequest, Job, JobEvent, Progress, SortRequest, SortedWords,
    TokensReport, TokensRequest, VariantIdentity, WeightsReport, WeightsRequest,
};

/// How often a waiting shell looks whether the job was cancelled.
const CANCEL_POLL: Duration = Duration::from_millis(50);

/// Audits in a fresh worker process and waits for its answer.
///
/// `executable` is started with the single argument `worker`.
/// `observe` sees every progress line.
/// When `cancel` becomes true the process is ended before this returns.
///
/// # Errors
/// What the audit itself failed with; `Cancelled`; or `WorkerLost` when the process ended without an answer.
pub fn run_audit(
    executable: &Path,
    request: AuditRequest,
    observe: &mut dyn FnMut(&Progress),
    cancel: &AtomicBool,
) -> Result<AuditOutcome, Error> {
    let job = Job::Audit(request);
    match run_job(executable, &job, observe, cancel)? {
        JobEvent::Done(outcome) => Ok(*outcome),
        _ => Err(other_job(&job)),
    }
}

/// Sorts own words in a fresh worker process, as [`run_audit`] audits.
///
/// # Errors
/// As [`run_audit`].
pub fn run_sort(
    executable: &Path,
    request: SortRequest,
    observe: &mut dyn FnMut(&Progress),
    cancel: &AtomicBool,
) -> Result<SortedWords, Error> {
    let job = Job::Sort(request);
    match run_job(executable, &job, observe, cancel)? {
        JobEvent::Sorted(sorted) => Ok(*sorted),
        _ => Err(other_job(&job)),
    }
}

/// Holds the weights of two variants against each other in a fresh worker process, as [`run_audit`] audits.
///
/// # Errors
/// As [`run_audit`].
pub fn run_weights(
    executable: &Path,
    request: WeightsRequest,
    observe: &mut dyn FnMut(&Progress),
    cancel: &AtomicBool,
) -> Result<WeightsReport, Error> {
    let job = Job::Weights(request);
    match run_job(executable, &job, observe, cancel)? {
        JobEvent::Weights(report) => Ok(*report),
        _ => Err(other_job(&job)),
    }
}

/// Holds the tokenizers of two variants against each other in a fresh worker process, as [`run_audit`] audits.
///
/// # Errors
/// As [`run_audit`].
pub fn run_tokens(
    executable: &Path,
    request: TokensRequest,
    observe: &mut dyn FnMut(&Progress),
    cancel: &AtomicBool,
) -> Result<TokensReport, Error> {
    let job = Job::Tokens(request);
    match run_job(executable, &job, observe, cancel)? {
        JobEvent::Tokens(report) => Ok(*report),
        _ => Err(other_job(&job)),
    }
}

/// Says what a variant is in a fresh worker process, as [`run_audit`] audits.
///
/// # Errors
/// As [`run_audit`].
pub fn run_identify(
    executable: &Path,
    request: IdentifyRequest,
    observe: &mut dyn FnMut(&Progress),
    cancel: &AtomicBool,
) -> Result<VariantIdentity, Error> {
    let job = Job::Identify(request);
    match run_job(executable, &job, observe, cancel)? {
        JobEvent::Identified(identity) => Ok(*identity),
        _ => Err(other_job(&job)),
    }
}

/// The job in sentences.
fn name(job: &Job) -> &'static str {
    match job {
        Job::Audit(_) => "audit",
        Job::Sort(_) => "sorting",
        Job::Weights(_) => "comparison of weights",
        Job::Tokens(_) => "comparison of tokenizers",
        Job::Identify(_) => "identification",
    }
}

fn other_job(job: &Job) -> Error {
    Error::new(Code::Internal, format!("the worker process did another job than the {}", name(job)))
}

fn run_job(
    executable: &Path,
    job: &Job,
    observe: &mut dyn FnMut(&Progress),
    cancel: &AtomicBool,
) -> Result<JobEvent, Error> {
    let mut child = Command::new(executable)
        .arg("worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|source| Error::from_source(Code::Internal, &source))?;
    let answer = converse(&mut child, job, observe, cancel);
    // The input is closed or the process is asked to end before it is waited for, so this cannot hang.
    drop(child.stdin.take());
    if answer.is_err() {
        end(&mut child);
    }
    let status = child.wait().map_err(|source| Error::from_source(Code::Internal, &source))?;
    answer.unwrap_or_else(|silence| Err(silence.into_error(name(job), status)))
}

/// Why a worker gave no answer.
enum Silence {
    Cancelled,
    /// The pipe closed; what the process said on standard error, if anything.
    Lost(String),
    Garbled(String),
}

impl Silence {
    fn into_error(self, job: &str, status: ExitStatus) -> Error {
        match self {
            Self::Cancelled => Error::new(Code::Cancelled, format!("the {job} was cancelled; nothing was written")),
            Self::Lost(said) => {
                let mut error = Error::new(
                    Code::WorkerLost,
                    format!(
                        "the worker process ended before the {job} was done ({status}); nothing was written, run the same command again"
                    ),
                );
                if let Some(line) = said.lines().find(|line| !line.trim().is_empty()) {
                    error.causes.push(line.trim().to_owned());
                }
                error
            }
            Self::Garbled(line) => {
                Error::new(Code::Internal, format!("the worker process said something unexpected: `{line}`"))
            }
        }
    }
}

/// The last event of a job, or what it failed with.
type Answer = Result<Result<JobEvent, Error>, Silence>;

fn converse(child: &mut Child, job: &Job, observe: &mut dyn FnMut(&Progress), cancel: &AtomicBool) -> Answer {
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(Silence::Lost(String::new()));
    };
    let line = serde_json::to_string(job).map_err(|error| Silence::Garbled(error.to_string()))?;
    if let Some(stdin) = child.stdin.as_mut()
        && writeln!(stdin, "{line}").and_then(|()| stdin.flush()).is_err()
    {
        return Err(Silence::Lost(String::new()));
    }
    std::thread::scope(|scope| {
        // Bounded, so that a worker that talks faster than the shell listens waits instead of filling memory.
        let (send, receive) = sync_channel(64);
        scope.spawn(move || {
            for line in BufReader::new(stdout).lines() {
                let Ok(line) = line else { break };
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        let errors = scope.spawn(move || std::io::read_to_string(stderr).unwrap_or_default());
        let answer = listen(&receive, observe, cancel);
        // Dropping the receiver lets the reading thread end even if the worker still talks.
        drop(receive);
        if answer.is_err() {
            end(child);
        }
        match answer {
            Err(Silence::Lost(_)) => Err(Silence::Lost(errors.join().unwrap_or_default())),
            other => other,
        }
    })
}

fn listen(
    lines: &std::sync::mpsc::Receiver<String>,
    observe: &mut dyn FnMut(&Progress),
    cancel: &AtomicBool,
) -> Answer {
    loop {
        if cancel.load(Ordering::Relaxed) {
            return Err(Silence::Cancelled);
        }
        match lines.recv_timeout(CANCEL_POLL) {
            Ok(line) => match serde_json::from_str(&line) {
                Ok(JobEvent::Progress(progress)) => observe(&progress),
                Ok(JobEvent::Failed(error)) => return Ok(Err(error)),
                Ok(last) => return Ok(Ok(last)),
                Err(_) => return Err(Silence::Garbled(line.chars().take(200).collect())),
            },
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(Silence::Lost(String::new())),
        }
    }
}

/// Ends the process; it may have ended by itself, which is as good.
fn end(child: &mut Child) {
    // The only failure is that it is already gone.
    let _already_gone = child.kill();
}

/// The worker's side: reads one job from `input` and answers on `output`.
///
/// A panic inside the job becomes [`Code::Internal`] with the panic's text.
///
/// # Errors
/// Only when no job could be read; a job that fails is an answer.
pub fn serve(mut input: impl BufRead + Send + 'static, output: impl Write + Send) -> Result<(), Error> {
    let output = Mutex::new(output);
    let mut line = String::new();
    let job = match input.read_line(&mut line) {
        Ok(_) => serde_json::from_str::<Job>(&line),
        Err(source) => return Err(Error::from_source(Code::BadInput, &source)),
    };
    // When the shell goes away its end of the pipe closes, and nobody is left to answer.
    std::thread::spawn(move || {
        let mut rest = Vec::new();
        let _closed = input.read_to_end(&mut rest);
        std::process::exit(0);
    });
    let event = match job {
        Err(source) => JobEvent::Failed(Error::from_source(Code::BadInput, &source)),
        Ok(job) => {
            let observe = |progress: Progress| say(&output, &JobEvent::Progress(progress));
            let run = std::panic::AssertUnwindSafe(|| match &job {
                Job::Audit(request) => Ok(JobEvent::Done(Box::new(crate::audit(request, &observe)?))),
                Job::Sort(request) => Ok(JobEvent::Sorted(Box::new(crate::sort(request, &observe)?))),
                Job::Weights(request) => Ok(JobEvent::Weights(Box::new(crate::weights(request, &observe)?))),
                Job::Tokens(request) => Ok(JobEvent::Tokens(Box::new(crate::tokens(request, &observe)?))),
                Job::Identify(request) => Ok(JobEvent::Identified(Box::new(crate::identify(request, &observe)?))),
            });
            match std::panic::catch_unwind(run) {
                Ok(Ok(event)) => event,
                Ok(Err(error)) => JobEvent::Failed(error),
                Err(panic) => JobEvent::Failed(Error::new(
                    Code::Internal,
                    format!("the {} stopped on a defect of Parallax: {}", name(&job), panic_text(&*panic)),
                )),
            }
        }
    };
    say(&output, &event);
    Ok(())
}

/// Writes one event; a closed pipe means that nobody listens, and the process ends with its input.
fn say(output: &Mutex<impl Write>, event: &JobEvent) {
    let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
    if let Ok(line) = serde_json::to_string(event) {
        let _nobody_listens = writeln!(output, "{line}").and_then(|()| output.flush());
    }
}

pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "the job panicked".to_owned())
}
