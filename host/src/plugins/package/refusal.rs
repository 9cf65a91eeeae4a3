//! Why a plugin is refused, in both languages: authors read it when they pack, admins when they install.

use magnetiq_contract::text::{Locale, Text};

use crate::error::{Code, Error};

/// A refusal of `what`, named in both languages, with every reason.
pub(in crate::plugins) fn refused(what: impl Into<Text>, reasons: &[Text]) -> Error {
    let what = what.into();
    let list = |locale| reasons.iter().map(|reason| reason.get(locale)).collect::<Vec<_>>().join("; ");
    let [english, german] = Locale::ALL.map(|locale| list(locale).trim_end_matches(['.', '\n']).to_owned());
    let sentence =
        Text::new(format!("{} is refused: {english}.", what.en), format!("{} wird abgelehnt: {german}.", what.de));
    Error::new(Code::Validation, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_told_in_both_languages_and_one_without_german_in_english() {
        let reasons = [Text::new("one is missing", "eines fehlt"), Text::from("expected `}`.\n")];
        let refusal = refused(("The plugin", "Das Plugin"), &reasons);
        assert_eq!(
            *refusal.sentence(),
            Text::new(
                "The plugin is refused: one is missing; expected `}`.",
                "Das Plugin wird abgelehnt: eines fehlt; expected `}`."
            )
        );
    }
}
