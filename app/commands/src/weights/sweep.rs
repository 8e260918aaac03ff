//! Gives the pages of a large tensor back while it is read, so that a pair of any size fits in a bounded memory.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use parallax_weights::Pair;

use super::side::Side;

/// Tensors below this may stay in memory until they are done.
const LARGE: usize = 32 << 20;
/// How often pages are given back: at most some hundred megabytes are read meanwhile.
const INTERVAL: Duration = Duration::from_millis(15);

/// The tensors that are being read.
pub(super) struct Sweeper<'a> {
    nominal: (&'a Side, &'a [usize]),
    operative: (&'a Side, usize),
}

impl<'a> Sweeper<'a> {
    /// For the tensors of a pair.
    pub(super) fn of(pair: &'a Pair, nominal: &'a Side, operative: &'a Side) -> Self {
        Sweeper { nominal: (nominal, &pair.nominal), operative: (operative, pair.operative) }
    }

    /// Does some work on the tensors and gives back their pages: of large ones meanwhile too. What is read afterwards
    /// is read from the file again, which changes nothing but the time that it takes.
    pub(super) fn around<T>(&self, work: impl FnOnce() -> T) -> T {
        let published = self.nominal.1.iter().map(|&index| self.nominal.0.tensors[index].len).sum::<usize>();
        if self.operative.0.tensors[self.operative.1].len + published < LARGE {
            let done = work();
            self.sweep();
            return done;
        }
        std::thread::scope(|scope| {
            let (end, ended) = channel::<()>();
            scope.spawn(move || {
                while ended.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                    self.sweep();
                }
                self.sweep();
            });
            let done = work();
            drop(end);
            done
        })
    }

    fn sweep(&self) {
        let give_back = |side: &Side, index: usize| {
            let tensor = &side.tensors[index];
            side.survey.release(tensor.file, tensor.offset..tensor.offset + tensor.len);
        };
        give_back(self.operative.0, self.operative.1);
        self.nominal.1.iter().for_each(|&index| give_back(self.nominal.0, index));
    }
}
