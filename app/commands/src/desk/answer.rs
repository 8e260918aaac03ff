//! One arm for every command: a command without its arm, or with another reply than declared, does not compile.

use parallax_wire::{Call, Command, Error, FilesOverview, Progress};

use super::{Desk, hold};
use crate::error::Coded;

/// What goes back to the window: bytes in either case, so that no reply is parsed twice on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The reply as JSON.
    Json(Vec<u8>),
    /// A long reply as lines of JSON.
    Lines(Vec<u8>),
    /// A dense series as its own bytes.
    Bytes(Vec<u8>),
}

impl Answer {
    /// What is sent.
    pub fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Json(bytes) | Self::Lines(bytes) | Self::Bytes(bytes) => bytes,
        }
    }
}

/// The reply of the command `C` as JSON.
fn reply<C: Command>(_call: &C, reply: &C::Reply) -> Result<Answer, Error> {
    Ok(Answer::Json(serde_json::to_vec(reply).internal()?))
}

/// The comparison on a line of its own, and each tensor on another.
fn files_lines(files: Option<FilesOverview>) -> Result<Vec<u8>, Error> {
    let (report, rows) = files.map_or((None, Vec::new()), |files| (Some(files.report), files.rows));
    let mut lines = serde_json::to_vec(&report).internal()?;
    for row in rows {
        lines.push(b'\n');
        serde_json::to_writer(&mut lines, &row).internal()?;
    }
    Ok(lines)
}

impl Desk {
    pub(super) fn dispatch(&self, call: Call, observe: &mut dyn FnMut(&Progress)) -> Result<Answer, Error> {
        match call {
            Call::Start(call) => reply(&call, &self.start()),
            Call::OpenDemonstration(call) => reply(&call, &self.open_demonstration(call.job, observe)?),
            Call::OpenCase(call) => reply(&call, &self.open_chosen()?),
            Call::ChooseVariant(call) => reply(&call, &self.choose_variant(call.form)?),
            Call::RunAudit(call) => reply(&call, &self.audit(call.job, &call.nominal, &call.operative, observe)?),
            Call::CancelJob(call) => {
                self.jobs.cancel(call.job);
                reply(&call, &())
            }
            Call::ShowCase(call) => reply(&call, &crate::case_overview(&self.case(&call.case)?)?),
            Call::ListItems(call) => reply(&call, &crate::item_page(&self.case(&call.case)?, &call.query)?),
            Call::ShowItem(call) => {
                reply(&call, &crate::item_detail(&self.case(&call.case)?, &call.suite, &call.item)?)
            }
            Call::ShowMap(call) => reply(&call, &crate::map_legend(&self.case(&call.case)?, &call.suite)?),
            Call::LoadMap(call) => {
                Ok(Answer::Bytes(crate::map_points(&self.case(&call.case)?, &call.suite, call.tap)?.to_bytes()))
            }
            Call::ListNotes(call) => reply(&call, &crate::annotations(&self.case(&call.case)?)?),
            Call::MakeNote(call) => reply(&call, &crate::annotate(&self.case(&call.case)?, call.note.clone())?),
            Call::ShowOwnWords(call) => reply(&call, &self.own_words(&call.case)?),
            Call::FindVariant(call) => reply(&call, &self.find_variant(&call.case, call.role, call.form)?),
            Call::SortWords(call) => reply(&call, &self.sort_words(&call, observe)?),
            Call::KeepWords(call) => {
                let case = self.case(&call.case)?;
                let sorted = hold(&self.sorted).get(&call.sorted)?;
                reply(&call, &crate::keep_words(&case, &sorted)?)
            }
            Call::ForgetWords(call) => reply(&call, &crate::forget_words(&self.case(&call.case)?, &call.words)?),
            Call::ListContestations(call) => reply(&call, &crate::contest_list(&self.case(&call.case)?)?),
            Call::OpenContestation(call) => reply(&call, &self.open_contestation(&call.case, &call.findings)?),
            Call::ShowContestation(call) => reply(&call, &self.contestation(&call.case, &call.id)?),
            Call::ChangeContestation(call) => {
                reply(&call, &self.change_contestation(&call.case, &call.id, &call.changes)?)
            }
            Call::PreviewContestation(call) => {
                reply(&call, &crate::contest_preview(&self.case(&call.case)?, &call.id)?)
            }
            Call::ChooseFolder(call) => reply(&call, &self.choose_seal_folder()?),
            Call::SealContestation(call) => reply(&call, &self.seal(&call.case, &call.id, call.folder.as_deref())?),
            Call::ChooseBundle(call) => reply(&call, &self.choose_bundle()?),
            Call::VerifyBundle(call) => reply(&call, &crate::verify(&self.place(&call.bundle)?)?),
            Call::ShowFiles(call) => Ok(Answer::Lines(files_lines(crate::files_overview(&self.case(&call.case)?)?)?)),
            Call::ShowTensor(call) => reply(&call, &crate::tensor_report(&self.case(&call.case)?, &call.name)?),
            Call::ShowTokens(call) => reply(&call, &crate::tokens_report(&self.case(&call.case)?)?),
        }
    }
}
