//! Writes a pair of variants of any size: a published model in bf16 safetensors, and its Q8_0 GGUF.
//! Run by `cargo xtask bench weights` as `synthetic_pair FOLDER MEBIBYTES`; the numbers are normal and drawn by layer.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use half::bf16;
use parallax_artifact::DType;
use parallax_weights::quantize;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Normal};

const ROWS: usize = 8192;
const COLUMNS: usize = 4096;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("which folder?")?;
    let mebibytes: usize = arguments.next().ok_or("how many mebibytes?")?.parse()?;
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    // Two bytes a number on one side, 34 for 32 of them on the other.
    let layers = (mebibytes << 20).div_ceil(ROWS * COLUMNS * (64 + 34) / 32).max(1);
    std::fs::write(
        folder.join("config.json"),
        format!(
            r#"{{"architectures":["Qwen2ForCausalLM"],"model_type":"qwen2","hidden_size":{COLUMNS},"num_hidden_layers":{layers},"num_attention_heads":32,"num_key_value_heads":32,"intermediate_size":{ROWS}}}"#
        ),
    )?;
    published(&folder.join("model.safetensors"), layers)?;
    deployed(&folder.join("deployed.gguf"), layers)?;
    Ok(())
}

/// One layer's numbers, the same each time, already those of bf16.
fn layer(index: usize) -> Vec<f32> {
    let normal = Normal::new(0.0f32, 0.02).expect("a standard deviation");
    let mut draw = ChaCha8Rng::seed_from_u64(index as u64);
    (0..ROWS * COLUMNS).map(|_| bf16::from_f32(normal.sample(&mut draw)).to_f32()).collect()
}

fn published(path: &Path, layers: usize) -> std::io::Result<()> {
    let size = ROWS * COLUMNS * 2;
    let entries: Vec<String> = (0..layers)
        .map(|index| {
            let (begin, end) = (index * size, (index + 1) * size);
            format!(
                r#""model.layers.{index}.mlp.up_proj.weight":{{"dtype":"BF16","shape":[{ROWS},{COLUMNS}],"data_offsets":[{begin},{end}]}}"#
            )
        })
        .collect();
    let header = format!("{{{}}}", entries.join(","));
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(&(header.len() as u64).to_le_bytes())?;
    file.write_all(header.as_bytes())?;
    for index in 0..layers {
        for value in layer(index) {
            file.write_all(&bf16::from_f32(value).to_le_bytes())?;
        }
    }
    file.flush()
}

fn deployed(path: &Path, layers: usize) -> std::io::Result<()> {
    let dtype = DType::Q8_0;
    let row_len = COLUMNS / dtype.block_size() * dtype.block_bytes();
    let text = |out: &mut Vec<u8>, text: &str| {
        out.extend((text.len() as u64).to_le_bytes());
        out.extend(text.as_bytes());
    };
    let mut header = b"GGUF".to_vec();
    header.extend(3u32.to_le_bytes());
    header.extend((layers as u64).to_le_bytes());
    header.extend(3u64.to_le_bytes());
    text(&mut header, "general.architecture");
    header.extend(8u32.to_le_bytes());
    text(&mut header, "qwen2");
    for (key, value) in [("general.file_type", 7u32), ("qwen2.block_count", layers as u32)] {
        text(&mut header, key);
        header.extend(4u32.to_le_bytes());
        header.extend(value.to_le_bytes());
    }
    for index in 0..layers {
        text(&mut header, &format!("blk.{index}.ffn_up.weight"));
        header.extend(2u32.to_le_bytes());
        header.extend((COLUMNS as u64).to_le_bytes());
        header.extend((ROWS as u64).to_le_bytes());
        header.extend(8u32.to_le_bytes());
        header.extend(((index * ROWS * row_len) as u64).to_le_bytes());
    }
    header.resize(header.len().next_multiple_of(32), 0);
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(&header)?;
    let mut bytes = vec![0; row_len];
    for index in 0..layers {
        for row in layer(index).chunks_exact(COLUMNS) {
            quantize(dtype, row, None, &mut bytes);
            file.write_all(&bytes)?;
        }
    }
    file.flush()
}
