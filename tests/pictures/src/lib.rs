//! What the pictures are drawn from, and with.

use parallax_wire::MapPoint;

/// Where the categories of [`cloud`] have their middles.
const MIDDLES: [[f32; 2]; 5] = [[-3.2, 1.2], [-0.6, 2.6], [2.8, 1.6], [1.6, -2.2], [-2.2, -1.9]];

/// How many items of [`cloud`] are flips, from every so many on.
const EVERY_FLIP: usize = 23;

/// Items in five categories, like those of a suite after a deployment: most moved a little within their category, and
/// every twenty-third went over to another one.
pub fn cloud(count: usize) -> Vec<MapPoint> {
    let mut numbers = Numbers(2_024);
    (0..count)
        .map(|item| {
            let category = item % MIDDLES.len();
            let nominal_at = numbers.around(MIDDLES[category], 0.85);
            let flip = item % EVERY_FLIP == 11;
            let other = (category + 1 + item / EVERY_FLIP % (MIDDLES.len() - 1)) % MIDDLES.len();
            let operative_at =
                if flip { numbers.around(MIDDLES[other], 0.8) } else { numbers.around(nominal_at, 0.06) };
            MapPoint {
                nominal_at,
                operative_at,
                nominal: u16::try_from(category).ok(),
                operative: u16::try_from(if flip { other } else { category }).ok(),
                language: u16::from(item % 2 == 1),
            }
        })
        .collect()
}

/// Numbers that look random and are the same everywhere.
struct Numbers(u32);

impl Numbers {
    /// From 0 to 1.
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / (1 << 24) as f32
    }

    /// A place near `middle`; twelve uniform numbers add up to almost a normal one.
    fn around(&mut self, middle: [f32; 2], deviation: f32) -> [f32; 2] {
        middle.map(|middle| middle + deviation * ((0..12).map(|_| self.next()).sum::<f32>() - 6.0))
    }
}
