//! The labels of quantized files: their numbers in `general.file_type` and their names.

use parallax_artifact::DType;

/// What a GGUF says it is: llama.cpp's `enum llama_ftype`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants are llama.cpp's own names, listed with their numbers in `ALL`")]
#[expect(non_camel_case_types, reason = "the names are known with their underscores")]
pub enum FileType {
    F32,
    F16,
    Q4_0,
    Q4_1,
    Q8_0,
    Q5_0,
    Q5_1,
    Q2_K,
    Q3_K_S,
    Q3_K_M,
    Q3_K_L,
    Q4_K_S,
    Q4_K_M,
    Q5_K_S,
    Q5_K_M,
    Q6_K,
    Iq2Xxs,
    Iq2Xs,
    Q2_K_S,
    Iq3Xs,
    Iq3Xxs,
    Iq1S,
    Iq4Nl,
    Iq3S,
    Iq3M,
    Iq2S,
    Iq2M,
    Iq4Xs,
    Iq1M,
    BF16,
    Tq1_0,
    Tq2_0,
    Mxfp4Moe,
    Nvfp4,
    Q1_0,
    Q2_0,
}

/// The flag of a file whose label was guessed from its tensors when it was loaded.
const GUESSED: u32 = 1024;

impl FileType {
    /// Every label in the order of its number. 4 to 6 and 33 to 35 were withdrawn.
    pub const ALL: [FileType; 36] = [
        FileType::F32,
        FileType::F16,
        FileType::Q4_0,
        FileType::Q4_1,
        FileType::Q8_0,
        FileType::Q5_0,
        FileType::Q5_1,
        FileType::Q2_K,
        FileType::Q3_K_S,
        FileType::Q3_K_M,
        FileType::Q3_K_L,
        FileType::Q4_K_S,
        FileType::Q4_K_M,
        FileType::Q5_K_S,
        FileType::Q5_K_M,
        FileType::Q6_K,
        FileType::Iq2Xxs,
        FileType::Iq2Xs,
        FileType::Q2_K_S,
        FileType::Iq3Xs,
        FileType::Iq3Xxs,
        FileType::Iq1S,
        FileType::Iq4Nl,
        FileType::Iq3S,
        FileType::Iq3M,
        FileType::Iq2S,
        FileType::Iq2M,
        FileType::Iq4Xs,
        FileType::Iq1M,
        FileType::BF16,
        FileType::Tq1_0,
        FileType::Tq2_0,
        FileType::Mxfp4Moe,
        FileType::Nvfp4,
        FileType::Q1_0,
        FileType::Q2_0,
    ];

    /// The label behind a number of `general.file_type`; `None` for numbers never given or withdrawn.
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|label| label.number() == number & !GUESSED)
    }

    /// The label behind a name or a number as `llama-quantize` takes it, in any case: `Q4_K` is `Q4_K_M`.
    pub fn parse(text: &str) -> Option<Self> {
        let upper = text.trim().to_ascii_uppercase().replace('-', "_");
        let name = match upper.as_str() {
            "Q3_K" => "Q3_K_M",
            "Q4_K" => "Q4_K_M",
            "Q5_K" => "Q5_K_M",
            other => other,
        };
        Self::ALL.into_iter().find(|label| label.name() == name).or_else(|| {
            name.parse().ok().and_then(|number: u32| Self::ALL.into_iter().find(|label| label.number() == number))
        })
    }

    /// The name people know the label by.
    pub fn name(self) -> &'static str {
        self.entry().1
    }

    /// The number in `general.file_type`.
    pub fn number(self) -> u32 {
        self.entry().0
    }

    /// The type that most matrices have; `None` where the rules are not recomputed here: they lean on an
    /// importance matrix, or on types whose values cannot be read.
    pub fn default_type(self) -> Option<DType> {
        Some(match self {
            FileType::F32 => DType::F32,
            FileType::F16 => DType::F16,
            FileType::BF16 => DType::BF16,
            FileType::Q4_0 => DType::Q4_0,
            FileType::Q4_1 => DType::Q4_1,
            FileType::Q5_0 => DType::Q5_0,
            FileType::Q5_1 => DType::Q5_1,
            FileType::Q8_0 => DType::Q8_0,
            FileType::Q2_K | FileType::Q2_K_S => DType::Q2K,
            FileType::Q3_K_S | FileType::Q3_K_M | FileType::Q3_K_L => DType::Q3K,
            FileType::Q4_K_S | FileType::Q4_K_M => DType::Q4K,
            FileType::Q5_K_S | FileType::Q5_K_M => DType::Q5K,
            FileType::Q6_K => DType::Q6K,
            _ => return None,
        })
    }

    fn entry(self) -> (u32, &'static str) {
        match self {
            FileType::F32 => (0, "F32"),
            FileType::F16 => (1, "F16"),
            FileType::Q4_0 => (2, "Q4_0"),
            FileType::Q4_1 => (3, "Q4_1"),
            FileType::Q8_0 => (7, "Q8_0"),
            FileType::Q5_0 => (8, "Q5_0"),
            FileType::Q5_1 => (9, "Q5_1"),
            FileType::Q2_K => (10, "Q2_K"),
            FileType::Q3_K_S => (11, "Q3_K_S"),
            FileType::Q3_K_M => (12, "Q3_K_M"),
            FileType::Q3_K_L => (13, "Q3_K_L"),
            FileType::Q4_K_S => (14, "Q4_K_S"),
            FileType::Q4_K_M => (15, "Q4_K_M"),
            FileType::Q5_K_S => (16, "Q5_K_S"),
            FileType::Q5_K_M => (17, "Q5_K_M"),
            FileType::Q6_K => (18, "Q6_K"),
            FileType::Iq2Xxs => (19, "IQ2_XXS"),
            FileType::Iq2Xs => (20, "IQ2_XS"),
            FileType::Q2_K_S => (21, "Q2_K_S"),
            FileType::Iq3Xs => (22, "IQ3_XS"),
            FileType::Iq3Xxs => (23, "IQ3_XXS"),
            FileType::Iq1S => (24, "IQ1_S"),
            FileType::Iq4Nl => (25, "IQ4_NL"),
            FileType::Iq3S => (26, "IQ3_S"),
            FileType::Iq3M => (27, "IQ3_M"),
            FileType::Iq2S => (28, "IQ2_S"),
            FileType::Iq2M => (29, "IQ2_M"),
            FileType::Iq4Xs => (30, "IQ4_XS"),
            FileType::Iq1M => (31, "IQ1_M"),
            FileType::BF16 => (32, "BF16"),
            FileType::Tq1_0 => (36, "TQ1_0"),
            FileType::Tq2_0 => (37, "TQ2_0"),
            FileType::Mxfp4Moe => (38, "MXFP4_MOE"),
            FileType::Nvfp4 => (39, "NVFP4"),
            FileType::Q1_0 => (40, "Q1_0"),
            FileType::Q2_0 => (41, "Q2_0"),
        }
    }
}
