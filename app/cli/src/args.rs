//! What can be typed, and nothing about what it does.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// See where a deployed model sorts people differently from the model that was published, and contest it.
#[derive(Debug, Parser)]
#[command(name = "parallax", version, max_term_width = 100, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// Print JSON on standard output, and nothing else there.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Audit the demonstration case that ships inside the program.
    Demo(DemoArguments),
    /// Compare a published and a deployed variant of a model.
    Audit(AuditArguments),
    /// Say what a variant is: files, codes, architecture, tensors, declared origin.
    Identify(IdentifyArguments),
    /// Hold the weights of a deployed variant against the published ones.
    Weights(WeightsArguments),
    /// Hold the tokenizers of two variants against each other.
    Tokens(TokensArguments),
    /// Look into a case; note something on a piece of evidence.
    Case(CaseArguments),
    /// Open, fill in, preview and seal a contestation.
    Contest(ContestArguments),
    /// Check that a sealed bundle is intact.
    Verify(VerifyArguments),
    /// Run one job for another Parallax process.
    #[command(hide = true)]
    Worker,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// Case file to write.
    #[arg(long, value_name = "FILE", default_value = "demonstration.parallax")]
    pub(crate) out: PathBuf,
    /// Folder for the HTML and JSON report; beside the case file when not given.
    #[arg(long, value_name = "DIR")]
    pub(crate) report: Option<PathBuf>,
    /// Which of the two shipped deployments to audit.
    #[arg(long, value_enum, default_value = "drifted")]
    pub(crate) deployment: Deployment,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Deployment {
    /// The one whose categories were moved.
    Drifted,
    /// The one that was only quantized.
    Honest,
}

#[derive(Debug, Args)]
pub(crate) struct AuditArguments {
    /// The published variant: a Hugging Face folder, a .safetensors or a .gguf.
    #[arg(long, value_name = "PATH")]
    pub(crate) nominal: PathBuf,
    /// The deployed variant.
    #[arg(long, value_name = "PATH")]
    pub(crate) operative: PathBuf,
    /// Folder of a suite to ask; the shipped suites when not given. May be repeated.
    #[arg(long = "suite", value_name = "DIR")]
    pub(crate) suites: Vec<PathBuf>,
    /// Case file to write; an existing case of the same two variants gets a further run.
    #[arg(long, value_name = "FILE")]
    pub(crate) case: Option<PathBuf>,
    /// Folder for an unsigned HTML and JSON report; it must not exist or be empty.
    #[arg(long, value_name = "DIR")]
    pub(crate) report: Option<PathBuf>,
    /// How category decisions are read; chosen by what both variants have when not given.
    #[arg(long, value_enum)]
    pub(crate) reader: Option<Reader>,
    /// Which solver fits the category probes.
    #[arg(long, value_enum, default_value = "newton")]
    pub(crate) solver: Solver,
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Reader {
    /// The model's own classification head.
    Head,
    /// The nearest category centroid.
    Prototype,
    /// A category probe fitted on the published variant.
    Probe,
}

impl Reader {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Prototype => "prototype",
            Self::Probe => "probe",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Solver {
    /// The faster solver of the same objective.
    Newton,
    /// linfa-logistic itself.
    Linfa,
}

#[derive(Debug, Args)]
pub(crate) struct IdentifyArguments {
    /// The variant: a Hugging Face folder, a .safetensors, a .gguf or an adapter's folder.
    #[arg(value_name = "PATH")]
    pub(crate) variant: PathBuf,
    /// Write an unsigned in-toto statement of what was found to this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) statement: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct WeightsArguments {
    /// The published variant: a Hugging Face folder, a .safetensors or a .gguf.
    #[arg(long, value_name = "PATH")]
    pub(crate) nominal: PathBuf,
    /// The deployed variant.
    #[arg(long, value_name = "PATH")]
    pub(crate) operative: PathBuf,
    /// How the deployed file is said to be stored, for example Q4_K_M; what the file itself says when not given.
    ///
    /// The exit code is 1 when the stored types contradict it.
    #[arg(long, value_name = "TYPE")]
    pub(crate) claim: Option<String>,
    /// Folder of an adapter that is said to be merged into the deployed variant.
    #[arg(long, value_name = "DIR")]
    pub(crate) adapter: Option<PathBuf>,
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct TokensArguments {
    /// The published variant: a Hugging Face folder, a .safetensors or a .gguf.
    #[arg(long, value_name = "PATH")]
    pub(crate) nominal: PathBuf,
    /// The deployed variant.
    #[arg(long, value_name = "PATH")]
    pub(crate) operative: PathBuf,
    /// Texts to read: JSON Lines, a JSON array, or plain text with one item a line; the shipped suites when not given.
    #[arg(long, value_name = "FILE")]
    pub(crate) texts: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CaseArguments {
    /// The case file.
    #[arg(value_name = "FILE")]
    pub(crate) case: PathBuf,
    #[command(subcommand)]
    pub(crate) look: Option<CaseLook>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CaseLook {
    /// The ranked findings, or one of them in full.
    Findings {
        /// Id of a finding, for example F1.
        id: Option<String>,
    },
    /// The items and how both variants sort them.
    Items(ItemArguments),
    /// Notes that were made.
    Annotations,
    /// Note something on an item, a category or a finding.
    Annotate(AnnotateArguments),
    /// What was done with this case, in order.
    History,
    /// Check the case file itself: structure, rows and history.
    Check,
}

#[derive(Debug, Args)]
pub(crate) struct ItemArguments {
    /// One item in full, as SUITE/ID.
    pub(crate) id: Option<String>,
    /// Only items of this suite.
    #[arg(long)]
    pub(crate) suite: Option<String>,
    /// Only items in this language (for example kn).
    #[arg(long)]
    pub(crate) language: Option<String>,
    /// Only items of this category.
    #[arg(long)]
    pub(crate) category: Option<String>,
    /// Only items that a finding rests on.
    #[arg(long, value_name = "ID")]
    pub(crate) finding: Option<String>,
    /// Only items that the two variants sort differently.
    #[arg(long)]
    pub(crate) flipped: bool,
    /// Only items whose text has these words.
    #[arg(long, value_name = "WORDS")]
    pub(crate) search: Option<String>,
    /// At most this many.
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: u64,
    /// Leave out this many first.
    #[arg(long, default_value_t = 0)]
    pub(crate) offset: u64,
}

#[derive(Debug, Args)]
pub(crate) struct AnnotateArguments {
    #[command(flatten)]
    pub(crate) target: AnnotateTarget,
    /// The note, in your own words; `-` reads it from standard input.
    #[arg(long)]
    pub(crate) note: String,
    /// Language of the note.
    #[arg(long, default_value = "en")]
    pub(crate) lang: String,
    /// A name to sign the note with; a pseudonym is enough.
    #[arg(long = "as", value_name = "NAME", default_value = "reviewer")]
    pub(crate) author: String,
    /// What the note does.
    #[arg(long, value_enum, default_value = "commenting")]
    pub(crate) motivation: Motivation,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct AnnotateTarget {
    /// Item, as SUITE/ID.
    #[arg(long)]
    pub(crate) item: Option<String>,
    /// Category, as SUITE/ID.
    #[arg(long)]
    pub(crate) category: Option<String>,
    /// Finding, for example F1.
    #[arg(long)]
    pub(crate) finding: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Motivation {
    /// A judgement.
    Assessing,
    /// A remark.
    Commenting,
    /// An objection.
    Contesting,
    /// A question.
    Questioning,
}

#[derive(Debug, Args)]
pub(crate) struct ContestArguments {
    /// The case file.
    #[arg(value_name = "FILE")]
    pub(crate) case: PathBuf,
    #[command(subcommand)]
    pub(crate) step: ContestStep,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ContestStep {
    /// Open a contestation from a finding.
    New {
        /// Finding it starts from; may be repeated.
        #[arg(long = "finding", value_name = "ID", required = true)]
        findings: Vec<String>,
        #[command(flatten)]
        changes: ContestFields,
    },
    /// Fill in or change a draft.
    Edit {
        /// Id of the contestation, or its first characters.
        id: String,
        #[command(flatten)]
        changes: ContestFields,
    },
    /// The contestations of this case.
    List,
    /// One contestation, and what it still lacks.
    Show {
        /// Id of the contestation, or its first characters.
        id: String,
    },
    /// Exactly what would leave: every file, byte for byte.
    Preview {
        /// Id of the contestation, or its first characters.
        id: String,
        /// Print this file of the bundle in full.
        #[arg(long, value_name = "PATH")]
        file: Option<String>,
    },
    /// Seal it: write the signed bundle.
    Seal {
        /// Id of the contestation, or its first characters.
        id: String,
        /// Folder in which the bundle's folder is made.
        #[arg(long, value_name = "DIR", default_value = ".")]
        into: PathBuf,
    },
}

/// Fields of a contestation; a field that is not given stays as it is.
#[derive(Debug, Default, Args)]
pub(crate) struct ContestFields {
    /// What is wrong, in at most 500 characters; `-` reads it from standard input.
    #[arg(long, value_name = "TEXT")]
    pub(crate) summary: Option<String>,
    /// More about it, at any length.
    #[arg(long, value_name = "TEXT")]
    pub(crate) statement: Option<String>,
    /// Language of the summary and the statement.
    #[arg(long, default_value = "en")]
    pub(crate) lang: String,
    /// What is contested, for example wrong_assignment or category_boundary; may be repeated.
    #[arg(long = "kind", value_name = "KIND")]
    pub(crate) kinds: Vec<String>,
    /// What is asked, for example explain, correct_category or restore_published; may be repeated.
    #[arg(long = "ask", value_name = "ASK")]
    pub(crate) asks: Vec<String>,
    /// Where the objection aims, for example representation or deployed_system.
    #[arg(long, value_name = "SITE")]
    pub(crate) target_site: Option<String>,
    /// The organisation that receives it.
    #[arg(long, value_name = "NAME")]
    pub(crate) signatory: Option<String>,
    /// That organisation's part: publisher, deployer, both or unknown.
    #[arg(long, value_name = "ROLE")]
    pub(crate) signatory_role: Option<String>,
    /// How far it may travel: RED (named people only), AMBER+STRICT, AMBER, GREEN or CLEAR (anyone).
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Option<String>,
    /// To whom it may go; may be repeated.
    #[arg(long = "recipient", value_name = "NAME")]
    pub(crate) recipients: Vec<String>,
    /// Whether your words may be quoted: yes, paraphrase_only or no.
    #[arg(long, value_name = "CHOICE")]
    pub(crate) quote: Option<String>,
    /// How the deployed file was reached: file_from_deployer, extracted, downloaded, answers_only or not_seen.
    #[arg(long, value_name = "WAY")]
    pub(crate) deployed_access: Option<String>,
    /// A name to sign with; a pseudonym is enough.
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) reviewer: Option<String>,
    /// Your part: affected, community_member, accompanier, auditor or language_expert.
    #[arg(long, value_name = "ROLE")]
    pub(crate) reviewer_role: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// The sealed folder.
    #[arg(value_name = "FOLDER")]
    pub(crate) bundle: PathBuf,
}
