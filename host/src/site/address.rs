//! Where a page stands in each language.

use magnetiq_contract::answer::Meta;
use magnetiq_contract::text::{Locale, Text};

/// The paths of one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Addresses {
    en: String,
    de: String,
    /// Path for readers of neither language.
    fallback: String,
    /// Search engines may list it.
    pub indexed: bool,
}

impl Addresses {
    /// The start page's paths; `/` negotiates.
    pub fn of_home() -> Self {
        Self { en: "/en/".into(), de: "/de/".into(), fallback: "/".into(), indexed: true }
    }

    /// A page that stands nowhere, such as an error: the language switch leads home.
    pub fn of_nothing() -> Self {
        Self { indexed: false, ..Self::of_home() }
    }

    /// A plugin's page: as its meta data say, or the same path below the other language's mount.
    pub fn of_page(path: &str, mount: &Text, meta: &Meta) -> Self {
        let in_language = |locale| {
            let alternate = meta.alternate.as_ref().map(|paths| paths.get(locale)).filter(|path| !path.is_empty());
            alternate.map_or_else(|| moved(path, mount, locale), |path| absolute(path, mount, locale))
        };
        let (en, de) = (in_language(Locale::En), in_language(Locale::De));
        Self { fallback: en.clone(), en, de, indexed: true }
    }

    /// The page's path in `locale`.
    pub fn path(&self, locale: Locale) -> &str {
        match locale {
            Locale::En => &self.en,
            Locale::De => &self.de,
        }
    }

    /// `x-default`.
    pub fn fallback(&self) -> &str {
        &self.fallback
    }
}

/// `path` with the mount of any language replaced by that of `locale`.
fn moved(path: &str, mount: &Text, locale: Locale) -> String {
    let below = Locale::ALL.into_iter().find_map(|from| {
        let rest = path.strip_prefix(mount.get(from))?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    });
    format!("{}{}", mount.get(locale), below.unwrap_or_default())
}

/// `path` as it is when it starts with a language, otherwise below the mount.
fn absolute(path: &str, mount: &Text, locale: Locale) -> String {
    let language = path.strip_prefix('/').and_then(|rest| rest.split('/').next()).and_then(Locale::from_code);
    match language {
        Some(_) => path.to_owned(),
        None => format!("{}/{}", mount.get(locale), path.trim_start_matches('/')).trim_end_matches('/').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(path: &str, alternate: Option<Text>) -> [String; 2] {
        let mount = Text::new("/en/webinars", "/de/webinare");
        let addresses = Addresses::of_page(path, &mount, &Meta { alternate, ..Meta::default() });
        Locale::ALL.map(|locale| addresses.path(locale).to_owned())
    }

    #[test]
    fn the_pair_keeps_the_page_below_the_other_mount() {
        assert_eq!(paths("/en/webinars", None), ["/en/webinars", "/de/webinare"]);
        assert_eq!(paths("/de/webinare/r/abc", None), ["/en/webinars/r/abc", "/de/webinare/r/abc"]);
    }

    #[test]
    fn a_plugin_may_name_the_pair_below_its_mount_or_in_full() {
        let named = Text::new("heat-pumps", "/waermepumpen");
        assert_eq!(
            paths("/en/webinars/heat-pumps", Some(named)),
            ["/en/webinars/heat-pumps", "/de/webinare/waermepumpen"]
        );
        let full = Text::new("/en/other", "/de/andere");
        assert_eq!(paths("/en/webinars/x", Some(full)), ["/en/other", "/de/andere"]);
    }
}
