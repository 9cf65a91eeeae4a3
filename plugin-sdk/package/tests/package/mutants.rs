//! Thousands of damaged packages, always the same ones.

use magnetiq_package::{SecretKey, archive, sign, signer};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::{KEY, parts, zip};

const MUTANTS: usize = 6_000;

/// One to eight small wounds: a bit, a byte, a number, a piece that is cut, doubled or moved.
fn wound(zip: &mut Vec<u8>, random: &mut SmallRng) {
    for _ in 0..random.random_range(1..=8) {
        if zip.len() < 8 {
            return;
        }
        let place = random.random_range(0..zip.len() - 4);
        let length = random.random_range(1..=(zip.len() - place).min(40));
        match random.random_range(0..7) {
            0 => zip[place] ^= 1 << random.random_range(0..8),
            1 => zip[place] = random.random(),
            2 => zip[place..place + 2].fill(0),
            3 => zip[place..place + 4].fill(0xff),
            4 => drop(zip.drain(place..place + length)),
            5 => zip.extend_from_within(place..place + length),
            _ => {
                let piece = zip[place..place + length].to_vec();
                let target = random.random_range(0..=zip.len() - length);
                zip[target..target + length].copy_from_slice(&piece);
            }
        }
    }
}

#[test]
fn a_damaged_package_is_refused_or_holds_the_very_same_parts() {
    let (mut good, key) = (parts(), SecretKey::from_pem(KEY).unwrap());
    sign(&mut good, &key).unwrap();
    let (whole, mut random) = (zip(&good), SmallRng::seed_from_u64(2026));
    let (mut refused, mut same) = (0, 0);
    for number in 0..MUTANTS {
        let mut mutant = whole.clone();
        wound(&mut mutant, &mut random);
        match archive::read(&mutant) {
            Ok(read) => {
                assert_eq!(read, good, "mutant {number}");
                assert_eq!(signer(&read).unwrap(), Some(key.public().unwrap()));
                same += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(refused > MUTANTS / 2 && same > 0, "{refused} refused, {same} the same");
}
