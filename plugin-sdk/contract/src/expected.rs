//! What a value should have been, in English and German, as [`Rule::Type`](crate::rule::Rule::Type) says it.

/// A word or two in English and German.
pub type Words = (&'static str, &'static str);

/// JSON's text.
pub const TEXT: Words = ("text", "Text");
/// Text without control characters and line breaks.
pub const ONE_LINE: Words = ("one line of text", "eine Zeile Text");
/// Text without control characters.
pub const PRINTABLE: Words = ("text without control characters", "Text ohne Steuerzeichen");
/// Bytes that are UTF-8.
pub const UTF_8: Words = ("text in UTF-8", "Text in UTF-8");
/// A number without a fraction.
pub const WHOLE_NUMBER: Words = ("a whole number", "eine ganze Zahl");
/// Any number.
pub const NUMBER: Words = ("a number", "eine Zahl");
/// JSON's booleans.
pub const TRUE_OR_FALSE: Words = ("true or false", "true oder false");
/// JSON's object.
pub const OBJECT: Words = ("an object", "ein Objekt");
/// JSON's list.
pub const LIST: Words = ("a list", "eine Liste");
/// A text in the site's languages.
pub const LOCALIZED: Words = ("an object with en and de", "ein Objekt mit en und de");
/// A number that names a record.
pub const RECORD_ID: Words = ("the id of a record", "die Nummer eines Eintrags");
