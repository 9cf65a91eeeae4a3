//! Chance that can be repeated.

use magnetiq::clock::random_bytes;

/// Numbers that a seed gives again (splitmix64).
pub struct Dice {
    state: u64,
    /// Where they begin: said by a test that fails.
    pub seed: u64,
}

impl Dice {
    /// With a seed of its own.
    #[must_use]
    pub fn throw() -> Self {
        let seed = u64::from_le_bytes(random_bytes());
        Self { state: seed, seed }
    }

    /// A number from zero to below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    /// Heads or tails.
    pub fn coin(&mut self) -> bool {
        self.below(2) == 0
    }
}
