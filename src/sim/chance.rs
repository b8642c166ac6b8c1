//! Everything random: hashes of the scenario's seed and a name, the same on every machine and in every run.

use std::fmt::Write;

/// A number that depends on nothing but the seed and the words.
pub fn number(seed: u64, words: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed;
    for word in words {
        for byte in word.bytes().chain([0x1f]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    scramble(hash)
}

/// Spreads neighbouring numbers over the whole range.
pub fn scramble(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A fraction from 0 up to, not including, 1.
pub fn fraction(seed: u64, words: &[&str]) -> f64 {
    unit(number(seed, words))
}

/// Maps a number to a fraction from 0 up to, not including, 1.
pub fn unit(number: u64) -> f64 {
    (number >> 11) as f64 / (1_u64 << 53) as f64
}

/// A share of a whole, rounded down: `share` is a fraction, usually from [`fraction`].
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a small whole is small and not negative"
)]
pub fn part(share: f64, of: u64) -> u64 {
    (share.max(0.0) * of as f64) as u64
}

/// So many hexadecimal digits, at most 64.
pub fn hexadecimal(seed: u64, words: &[&str], digits: usize) -> String {
    let mut state = number(seed, words);
    let mut text = String::new();
    while text.len() < digits {
        let _ = write!(text, "{state:016x}");
        state = scramble(state);
    }
    text.chars().take(digits).collect()
}

/// An id of the form `8b759ff8-d71b-41b7-939f-0a1b2c3d4e5f`.
pub fn uuid(seed: u64, words: &[&str]) -> String {
    let hex: Vec<char> = hexadecimal(seed, words, 32).chars().collect();
    let part = |from: usize, to: usize| hex[from..to].iter().collect::<String>();
    format!(
        "{}-{}-4{}-a{}-{}",
        part(0, 8),
        part(8, 12),
        part(13, 16),
        part(17, 20),
        part(20, 32)
    )
}

/// So many lower-case letters and digits.
pub fn letters(seed: u64, words: &[&str], count: usize) -> String {
    const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut state = number(seed, words);
    let mut text = String::new();
    for _ in 0..count {
        state = scramble(state);
        text.push(char::from(ALPHABET[(state % 36) as usize]));
    }
    text
}

/// So many decimal digits.
pub fn digits(seed: u64, words: &[&str], count: usize) -> String {
    let mut state = number(seed, words);
    let mut text = String::new();
    for _ in 0..count {
        state = scramble(state);
        text.push(char::from(b'0' + (state % 10) as u8));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_give_the_same_id_and_others_another() {
        assert_eq!(uuid(1, &["web", "3"]), uuid(1, &["web", "3"]));
        assert_ne!(uuid(1, &["web", "3"]), uuid(2, &["web", "3"]));
        assert_ne!(uuid(1, &["we", "b3"]), uuid(1, &["web", "3"]));
        assert_eq!(uuid(1, &["x"]).len(), 36);
        assert_eq!(hexadecimal(1, &["x"], 32).len(), 32);
    }
}
