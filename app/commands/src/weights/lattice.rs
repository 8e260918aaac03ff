//! The screen of the published file: whether its numbers already sit where the deployed type would put them.

use parallax_weights::{Alignment, LatticeSettings, Layout, Source, quantize, screen_lattice};
use parallax_wire::LatticeRow;

use super::side::Side;
use super::sweep::Sweeper;

/// Elements of a tensor that are looked at.
const ELEMENTS: usize = 1 << 20;

/// Screens every published matrix that is deployed in blocks, under the deployed type and scales.
pub(super) fn screen(alignment: &Alignment, nominal: &Side, operative: &Side, seed: u64) -> Vec<LatticeRow> {
    let quantized = alignment.pairs.iter().filter(|pair| {
        let tensor = &operative.tensors[pair.operative];
        tensor.dtype.is_quantized() && tensor.dtype.is_readable() && pair.nominal.len() == 1
    });
    quantized
        .filter_map(|pair| {
            let deployed = operative.view(pair.operative);
            let published = &nominal.tensors[pair.nominal[0]];
            let source = Source {
                parts: vec![nominal.view(pair.nominal[0])],
                layout: pair.layouts.first().cloned().unwrap_or(Layout::AsStored),
            };
            // A published file in blocks sits on their lattice, which is nothing to be found out.
            if published.dtype.is_quantized() || !source.is_sound() || source.rows() != deployed.rows() {
                return None;
            }
            let encode = |numbers: &[f32], bytes: &mut [u8]| quantize(deployed.dtype, numbers, None, bytes);
            let settings = LatticeSettings { seed, elements: ELEMENTS };
            let screened = Sweeper::of(pair, nominal, operative)
                .around(|| screen_lattice(&deployed, &source, Some(&encode), settings, &|_| ()));
            Some(LatticeRow {
                name: published.name.clone(),
                stored_type: deployed.dtype.name().to_owned(),
                ratio: screened.as_ref().ok().and_then(|screen| screen.ratio.clone().ok()),
                flagged: screened.as_ref().is_ok_and(|screen| screen.conspicuous() == Some(true)),
                undefined: match screened {
                    Ok(screen) => screen.ratio.err(),
                    Err(reason) => Some(reason),
                }
                .map(|reason| reason.to_string()),
            })
        })
        .collect()
}
