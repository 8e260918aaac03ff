//! Whether what carries meaning can be told from what lies behind it.

use parallax_plots::{Color32, Palette, contrast};

const PALETTES: [(&str, Palette); 2] = [("light", Palette::light()), ("dark", Palette::dark())];

/// The ratio that WCAG 2.2, criterion 1.4.11, asks of parts of a picture that are needed to understand it.
const PICTURE: f64 = 3.0;
/// The ratio that criterion 1.4.3 asks of text.
const TEXT: f64 = 4.5;

#[test]
fn contrast_is_that_of_the_guidelines() {
    let (black, white) = (Color32::from_gray(0), Color32::from_gray(255));
    assert!((contrast(black, white) - 21.0).abs() < 1e-9, "black on white is the most there is");
    assert!((contrast(white, white) - 1.0).abs() < 1e-9, "a colour has no contrast with itself");
    // The grey that WCAG's own examples give as the lightest that text may have on white.
    assert!((contrast(Color32::from_gray(0x76), white) - 4.54).abs() < 0.005);
}

#[test]
fn what_carries_meaning_stands_out_from_the_background() {
    for (name, palette) in PALETTES {
        let parts = [
            ("context", palette.context, PICTURE),
            ("strong", palette.strong, TEXT),
            ("select", palette.select, TEXT),
            ("hover", palette.hover, TEXT),
            ("text", palette.text, TEXT),
        ];
        for (part, colour, least) in parts {
            let found = contrast(colour, palette.background);
            assert!(found >= least, "{name}: `{part}` has {found:.2}, less than {least}");
        }
    }
}

#[test]
fn what_a_filter_leaves_out_is_fainter_than_context_and_still_there() {
    for (name, palette) in PALETTES {
        let [faint, context] = [palette.faint, palette.context].map(|colour| contrast(colour, palette.background));
        assert!(faint < context / 2.0, "{name}: {faint:.2} against {context:.2}");
        assert!(faint > 1.2, "{name}: {faint:.2} would be no different from removing it");
    }
}

/// Machado, Oliveira and Fernandes 2009, full strength, on linear channels.
const DEFICIENCIES: [(&str, [[f64; 3]; 3]); 3] = [
    ("protanopia", [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    (
        "deuteranopia",
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ),
    ("tritanopia", [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
];

fn linear(colour: Color32) -> [f64; 3] {
    [colour.r(), colour.g(), colour.b()].map(|channel| {
        let channel = f64::from(channel) / 255.0;
        if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
    })
}

/// CIE L*a*b* of linear sRGB under D65.
fn lab([r, g, b]: [f64; 3]) -> [f64; 3] {
    let x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047;
    let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    let z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883;
    let [x, y, z] =
        [x, y, z].map(|value: f64| if value > 0.008856 { value.cbrt() } else { 7.787 * value + 16.0 / 116.0 });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

#[test]
fn flips_the_selection_and_context_differ_however_colours_are_seen() {
    for (name, palette) in PALETTES {
        for (deficiency, matrix) in DEFICIENCIES {
            let seen = |colour: Color32| {
                let channels = linear(colour);
                lab(matrix.map(|row| (0..3).map(|at| row[at] * channels[at]).sum::<f64>().clamp(0.0, 1.0)))
            };
            let distance = |one: Color32, other: Color32| {
                let (one, other) = (seen(one), seen(other));
                (0..3).map(|at| (one[at] - other[at]).powi(2)).sum::<f64>().sqrt()
            };
            let pairs = [
                ("strong and context", palette.strong, palette.context),
                ("strong and select", palette.strong, palette.select),
                ("context and faint", palette.context, palette.faint),
            ];
            for (pair, one, other) in pairs {
                // About ten just noticeable differences.
                let found = distance(one, other);
                assert!(found > 23.0, "{name}, {deficiency}: {pair} are {found:.0} apart");
            }
        }
    }
}
