//! `application/x-www-form-urlencoded`.

/// Names and values in the order sent; none when an escape or the UTF-8 is broken.
pub(crate) fn pairs(body: &[u8]) -> Option<Vec<(String, String)>> {
    let parts = body.split(|byte| *byte == b'&').filter(|part| !part.is_empty());
    parts.map(pair).collect()
}

fn pair(part: &[u8]) -> Option<(String, String)> {
    let split = part.iter().position(|byte| *byte == b'=');
    let (name, value) = split.map_or((part, &b""[..]), |at| (&part[..at], &part[at + 1..]));
    Some((decode(name)?, decode(value)?))
}

fn decode(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = match (first, tail) {
            (b'%', [high, low, tail @ ..]) => {
                bytes.push(hex(*high)? << 4 | hex(*low)?);
                tail
            }
            (b'%', _) => return None,
            (byte, tail) => {
                bytes.push(if *byte == b'+' { b' ' } else { *byte });
                tail
            }
        };
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// A text as one segment of an address.
pub(crate) fn segment(text: &str) -> String {
    encode(text, |byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte))
}

/// An address with whatever no header may hold encoded; what is encoded already stays as it is.
pub(crate) fn address(text: &str) -> String {
    encode(text, |byte| byte.is_ascii_graphic())
}

fn encode(text: &str, is_plain: impl Fn(u8) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_plain(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::{address, pairs, segment};

    #[test]
    fn addresses_hold_what_a_header_may_hold() {
        assert_eq!(address("/r/ä b?x=1%20\n#y"), "/r/%C3%A4%20b?x=1%20%0A#y");
        assert_eq!(segment("a/b?c#d%ü"), "a%2Fb%3Fc%23d%25%C3%BC");
    }

    #[test]
    fn pairs_are_decoded_and_broken_ones_refused() {
        let read = pairs(b"name=Ada+L%C3%B6w&empty=&flag&&a%5Bb%5D=1");
        let expected = [("name", "Ada Löw"), ("empty", ""), ("flag", ""), ("a[b]", "1")];
        assert_eq!(read, Some(expected.map(|(name, value)| (name.into(), value.into())).to_vec()));
        for broken in [&b"a=%"[..], b"a=%4", b"a=%zz", b"a=%ff"] {
            assert_eq!(pairs(broken), None);
        }
    }
}
