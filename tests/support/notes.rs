//! A plugin that tests change line by line.

/// `plugin.toml` of a plugin without code, which keeps notes.
pub const NOTES: &str = r#"
id = "notes"
version = "1.0.0"
api = "0.1"
name = { en = "Notes", de = "Notizen" }
description = { en = "Notes.", de = "Notizen." }
publisher = "Paper Ltd"
mount = { en = "notes", de = "notizen" }

[capabilities.db]
quantity = 1
reason = { en = "Keeps them.", de = "Bewahrt sie auf." }
"#;
