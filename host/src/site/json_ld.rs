//! schema.org objects inside a page.

use serde_json::Value;

/// The object as text that cannot leave its `<script>` element; none for null.
///
/// Inside a script element no entity is read, so what could end it is written as JSON escapes.
pub(super) fn text(object: &Value) -> Option<String> {
    if object.is_null() {
        return None;
    }
    let mut safe = String::new();
    for character in object.to_string().chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => safe.push_str(&format!("\\u{:04x}", character as u32)),
            _ => safe.push(character),
        }
    }
    Some(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_script_element_and_the_object_stays_the_same() {
        let object = serde_json::json!({"name": "</script><!--<script>&\u{2028}", "@type": "Event"});
        let text = text(&object).unwrap();
        assert!(!text.contains(['<', '>', '&', '\u{2028}']), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), object);
        assert_eq!(super::text(&Value::Null), None);
    }
}
