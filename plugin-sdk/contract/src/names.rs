//! Rules for names that become paths, tables and columns: one place, held by the packer and by the host.

use crate::text::Text;

/// Plugin ids that are paths of the host, now or later.
const RESERVED: [&str; 38] = [
    "activities",
    "admin",
    "agents",
    "analytics",
    "api",
    "assets",
    "audit",
    "auth",
    "backup",
    "connections",
    "content",
    "core",
    "docs",
    "events",
    "export",
    "features",
    "files",
    "graph",
    "health",
    "import",
    "jobs",
    "mail",
    "media",
    "menus",
    "metrics",
    "openapi",
    "pages",
    "panel",
    "people",
    "plugins",
    "redirects",
    "roles",
    "search",
    "settings",
    "system",
    "users",
    "workflows",
    "workspaces",
];

/// The host's own permissions, which routes and resources of a plugin may ask for.
pub const HOST_PERMISSIONS: [&str; 13] = [
    "content:read",
    "content:write",
    "media:write",
    "people:read",
    "content:publish",
    "content:delete",
    "people:write",
    "analytics:read",
    "plugins:manage",
    "users:read",
    "users:manage",
    "system:manage",
    "audit:read",
];

/// What is wrong with the id of a plugin; none when nothing is.
#[must_use]
pub fn id_fault(id: &str) -> Option<Text> {
    let plain = id.starts_with(|first: char| first.is_ascii_lowercase())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && id.len() <= 32;
    if !plain {
        return Some(Text::new(
            "lower-case letters and digits, beginning with a letter, at most 32",
            "Kleinbuchstaben und Ziffern, ein Buchstabe zuerst, höchstens 32",
        ));
    }
    RESERVED.contains(&id).then(|| Text::new("this name belongs to the host", "dieser Name gehört dem Host"))
}

/// Whether `name` is a permission that the plugin `id` may add: `<id>:<verb>`.
#[must_use]
pub fn is_permission_of(id: &str, name: &str) -> bool {
    let verb = name.strip_prefix(id).and_then(|rest| rest.strip_prefix(':'));
    verb.is_some_and(|verb| !verb.is_empty() && verb.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// What the names of the tables of the plugin `id` begin with.
#[must_use]
pub fn table_prefix(id: &str) -> String {
    format!("p_{id}__")
}

/// Lower-case letters and digits, joined by single hyphens: a resource's or block's name, a slug.
#[must_use]
pub fn is_kebab(name: &str) -> bool {
    name.split('-').all(|part| {
        !part.is_empty() && part.bytes().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    })
}

/// Lower-case letters, digits and underscores, at most 64, beginning with no digit: a table's or column's name.
#[must_use]
pub fn is_snake(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    name.len() <= 64
        && name.bytes().next().is_some_and(letter)
        && name.bytes().all(|byte| letter(byte) || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_plain_and_nobody_elses() {
        assert_eq!(id_fault("shop2"), None);
        for wrong in ["", "2shop", "Shop", "shoP", "my-shop", "shöp", &"s".repeat(33)] {
            assert!(id_fault(wrong).is_some_and(|fault| fault.en.starts_with("lower-case")), "{wrong}");
        }
        assert_eq!(id_fault("workspaces").unwrap().en, "this name belongs to the host");
    }

    #[test]
    fn a_permission_is_the_plugins_own() {
        assert!(is_permission_of("shop", "shop:write"));
        for wrong in ["shop", "shop:", "shop:Write", "shopping:write", "other:write"] {
            assert!(!is_permission_of("shop", wrong), "{wrong}");
        }
    }

    #[test]
    fn names_in_paths_and_in_sql_are_plain() {
        assert!(["a", "rust-2024", "0"].into_iter().all(is_kebab) && is_snake("p_shop__open_seats"));
        for wrong in ["", "-a", "a-", "a--b", "A", "ä", "a b", "a_b", "a/b"] {
            assert!(!is_kebab(wrong), "{wrong}");
        }
        for wrong in ["", "1st", "open-seats", "Open", &"a".repeat(65)] {
            assert!(!is_snake(wrong), "{wrong}");
        }
    }
}
