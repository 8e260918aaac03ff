//! The element and block types a tensor can be stored in: names, block sizes, bytes. Decodes nothing.

/// How the elements of a tensor are stored.
///
/// Block layouts: ggml's `ggml-common.h`; plain types: the safetensors format description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants are the formats' own names, listed with their sizes in `layout`")]
pub enum DType {
    F64,
    F32,
    F16,
    BF16,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    Bool,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q2K,
    Q3K,
    Q4K,
    Q5K,
    Q6K,
    /// A type that is known by name and size but whose values cannot be read here.
    Opaque {
        /// The name its format gives it, for example `IQ4_XS`.
        name: &'static str,
        /// Elements in one block.
        block: usize,
        /// Bytes of one block.
        bytes: usize,
    },
}

impl DType {
    /// The name people know the type by, for example `Q4_K`.
    pub fn name(self) -> &'static str {
        self.layout().0
    }

    /// Elements in one block; 1 for plain types.
    pub fn block_size(self) -> usize {
        self.layout().1
    }

    /// Bytes of one block; the element size for plain types.
    pub fn block_bytes(self) -> usize {
        self.layout().2
    }

    /// Whether the forward pass can take weights of this type.
    pub fn is_readable(self) -> bool {
        use DType::*;
        matches!(self, F32 | F16 | BF16 | Q4_0 | Q4_1 | Q5_0 | Q5_1 | Q8_0 | Q2K | Q3K | Q4K | Q5K | Q6K)
    }

    /// Whether values are stored in blocks with a shared scale.
    pub fn is_quantized(self) -> bool {
        self.block_size() > 1
    }

    /// Whether the type holds whole numbers or truth values: buffers and indices, never trained weights.
    pub fn is_integer(self) -> bool {
        use DType::*;
        matches!(self, I8 | I16 | I32 | I64 | U8 | U16 | U32 | U64 | Bool)
    }

    fn layout(self) -> (&'static str, usize, usize) {
        match self {
            DType::F64 => ("F64", 1, 8),
            DType::F32 => ("F32", 1, 4),
            DType::F16 => ("F16", 1, 2),
            DType::BF16 => ("BF16", 1, 2),
            DType::I8 => ("I8", 1, 1),
            DType::I16 => ("I16", 1, 2),
            DType::I32 => ("I32", 1, 4),
            DType::I64 => ("I64", 1, 8),
            DType::U8 => ("U8", 1, 1),
            DType::U16 => ("U16", 1, 2),
            DType::U32 => ("U32", 1, 4),
            DType::U64 => ("U64", 1, 8),
            DType::Bool => ("BOOL", 1, 1),
            DType::Q4_0 => ("Q4_0", 32, 18),
            DType::Q4_1 => ("Q4_1", 32, 20),
            DType::Q5_0 => ("Q5_0", 32, 22),
            DType::Q5_1 => ("Q5_1", 32, 24),
            DType::Q8_0 => ("Q8_0", 32, 34),
            DType::Q2K => ("Q2_K", 256, 84),
            DType::Q3K => ("Q3_K", 256, 110),
            DType::Q4K => ("Q4_K", 256, 144),
            DType::Q5K => ("Q5_K", 256, 176),
            DType::Q6K => ("Q6_K", 256, 210),
            DType::Opaque { name, block, bytes } => (name, block, bytes),
        }
    }

    /// The type behind ggml's number for it; `None` for numbers never given or withdrawn (4, 5, 31 to 33, 36 to 38).
    pub(crate) fn from_ggml(id: u32) -> Option<Self> {
        let opaque = |name, block, bytes| DType::Opaque { name, block, bytes };
        Some(match id {
            0 => DType::F32,
            1 => DType::F16,
            2 => DType::Q4_0,
            3 => DType::Q4_1,
            6 => DType::Q5_0,
            7 => DType::Q5_1,
            8 => DType::Q8_0,
            9 => opaque("Q8_1", 32, 36),
            10 => DType::Q2K,
            11 => DType::Q3K,
            12 => DType::Q4K,
            13 => DType::Q5K,
            14 => DType::Q6K,
            15 => opaque("Q8_K", 256, 292),
            16 => opaque("IQ2_XXS", 256, 66),
            17 => opaque("IQ2_XS", 256, 74),
            18 => opaque("IQ3_XXS", 256, 98),
            19 => opaque("IQ1_S", 256, 50),
            20 => opaque("IQ4_NL", 32, 18),
            21 => opaque("IQ3_S", 256, 110),
            22 => opaque("IQ2_S", 256, 82),
            23 => opaque("IQ4_XS", 256, 136),
            24 => DType::I8,
            25 => DType::I16,
            26 => DType::I32,
            27 => DType::I64,
            28 => DType::F64,
            29 => opaque("IQ1_M", 256, 56),
            30 => DType::BF16,
            34 => opaque("TQ1_0", 256, 54),
            35 => opaque("TQ2_0", 256, 66),
            39 => opaque("MXFP4", 32, 17),
            40 => opaque("NVFP4", 64, 36),
            41 => opaque("Q1_0", 128, 18),
            42 => opaque("Q2_0", 64, 18),
            _ => return None,
        })
    }

    /// The type behind a safetensors `dtype` string. Sub-byte types count as blocks that fill whole bytes.
    pub(crate) fn from_safetensors(name: &str) -> Option<Self> {
        let opaque = |name, block, bytes| DType::Opaque { name, block, bytes };
        Some(match name {
            "F64" => DType::F64,
            "F32" => DType::F32,
            "F16" => DType::F16,
            "BF16" => DType::BF16,
            "I8" => DType::I8,
            "I16" => DType::I16,
            "I32" => DType::I32,
            "I64" => DType::I64,
            "U8" => DType::U8,
            "U16" => DType::U16,
            "U32" => DType::U32,
            "U64" => DType::U64,
            "BOOL" => DType::Bool,
            "C64" => opaque("C64", 1, 8),
            "F8_E4M3" => opaque("F8_E4M3", 1, 1),
            "F8_E5M2" => opaque("F8_E5M2", 1, 1),
            "F8_E8M0" => opaque("F8_E8M0", 1, 1),
            "F8_E4M3FNUZ" => opaque("F8_E4M3FNUZ", 1, 1),
            "F8_E5M2FNUZ" => opaque("F8_E5M2FNUZ", 1, 1),
            "F6_E2M3" => opaque("F6_E2M3", 4, 3),
            "F6_E3M2" => opaque("F6_E3M2", 4, 3),
            "F4" => opaque("F4", 2, 1),
            _ => return None,
        })
    }
}
