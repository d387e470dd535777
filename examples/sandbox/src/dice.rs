//! Random numbers that follow from a seed.

/// Random numbers by the method SplitMix64.
pub(crate) struct Dice(u64);

impl Dice {
    pub fn new(seed: u64, number: u64) -> Self {
        Self(mix(mix(seed).wrapping_add(number)))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    pub fn one_in(&mut self, chances: u64) -> bool {
        self.next() % chances == 0
    }

    pub fn pick<T>(&mut self, mut values: Vec<T>) -> T {
        let index = self.next() % values.len() as u64;
        values.swap_remove(index as usize)
    }
}

fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
