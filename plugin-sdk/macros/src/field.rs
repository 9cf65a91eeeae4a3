//! `#[field(…)]`, one vocabulary for resources, forms and props.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::{Expr, Field, Ident, LitStr, Type};

use crate::attributes::{each, empty, number, text};

const KINDS: [(&str, &str); 16] = [
    ("text", "Text"),
    ("long_text", "LongText"),
    ("localized", "Localized"),
    ("localized_long", "LocalizedLong"),
    ("slug", "Slug"),
    ("email", "Email"),
    ("url", "Url"),
    ("integer", "Integer"),
    ("number", "Number"),
    ("boolean", "Boolean"),
    ("choice", "Choice"),
    ("date_time", "DateTime"),
    ("time_zone", "TimeZone"),
    ("locale", "Locale"),
    ("json", "Json"),
    ("person", "Person"),
];

const FLAGS: [&str; 10] =
    ["required", "optional", "unique", "read_only", "public", "personal", "filter", "sort", "search", "list"];

/// A field with what its attribute says.
pub struct Described<'a> {
    pub ident: &'a Ident,
    pub ty: &'a Type,
    pub name: String,
    en: LitStr,
    de: LitStr,
    help_en: LitStr,
    help_de: LitStr,
    kind: Option<Ident>,
    min: Option<f64>,
    max: Option<f64>,
    pub default: Option<Expr>,
    references: Option<LitStr>,
    zone: Option<LitStr>,
    flags: Vec<String>,
}

impl<'a> Described<'a> {
    pub fn read(field: &'a Field) -> syn::Result<Self> {
        let Some(ident) = &field.ident else {
            return Err(syn::Error::new_spanned(field, "expected a named field"));
        };
        let mut described = Self {
            ident,
            ty: &field.ty,
            name: ident.unraw().to_string(),
            en: empty(),
            de: empty(),
            help_en: empty(),
            help_de: empty(),
            kind: None,
            min: None,
            max: None,
            default: None,
            references: None,
            zone: None,
            flags: Vec::new(),
        };
        each(&field.attrs, "field", |meta| described.entry(&meta))?;
        Ok(described)
    }

    fn entry(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let name = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
        match name.as_str() {
            "en" => self.en = text(meta)?,
            "de" => self.de = text(meta)?,
            "help_en" => self.help_en = text(meta)?,
            "help_de" => self.help_de = text(meta)?,
            "kind" => self.kind = Some(kind(&text(meta)?)?),
            "min" => self.min = Some(number(meta)?),
            "max" => self.max = Some(number(meta)?),
            "default" => self.default = Some(meta.value()?.parse()?),
            "references" => self.references = Some(text(meta)?),
            "zone" => self.zone = Some(text(meta)?),
            flag if FLAGS.contains(&flag) => self.flags.push(name),
            _ => return Err(meta.error(expected())),
        }
        Ok(())
    }

    fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|name| name == flag)
    }

    fn kind(&self, of: &TokenStream) -> TokenStream {
        match (&self.kind, &self.references) {
            (Some(kind), _) => quote!(::magnetiq_sdk::contract::describe::FieldKind::#kind),
            (None, Some(_)) => quote!(::magnetiq_sdk::contract::describe::FieldKind::Reference),
            (None, None) => quote!(#of::KIND),
        }
    }

    fn required(&self, of: &TokenStream) -> TokenStream {
        if self.has("required") {
            quote!(true)
        } else if self.has("optional") || self.default.is_some() {
            quote!(false)
        } else {
            quote!(#of::REQUIRED)
        }
    }

    /// The field as `contract::describe::Field`; `of` is the trait that its type has: `Column` or `FormField`.
    pub fn description(&self, of: &TokenStream) -> TokenStream {
        let ty = self.ty;
        let of = quote!(<#ty as #of>);
        let (kind, required) = (self.kind(&of), self.required(&of));
        let Self { name, en, de, help_en, help_de, .. } = self;
        let flags = FLAGS[2..].iter().map(|flag| {
            let (ident, on) = (quote::format_ident!("{flag}"), self.has(flag));
            quote!(#ident: #on)
        });
        let default = match &self.default {
            Some(default) => quote!(::magnetiq_sdk::serde_json::json!(#default)),
            None => quote!(::magnetiq_sdk::serde_json::Value::Null),
        };
        let (min, max) = (option(self.min.as_ref()), option(self.max.as_ref()));
        let references = owned(self.references.as_ref());
        let zone = owned(self.zone.as_ref());
        quote! {
            ::magnetiq_sdk::contract::describe::Field {
                name: #name.into(),
                kind: #kind,
                label: ::magnetiq_sdk::contract::text::Text::new(#en, #de),
                help: ::magnetiq_sdk::contract::text::Text::new(#help_en, #help_de),
                required: #required,
                #(#flags,)*
                default: #default,
                min: #min,
                max: #max,
                choices: #of::choices(),
                references: #references,
                zone_field: #zone,
            }
        }
    }

    /// The rules that a form's reader checks.
    pub fn rules(&self) -> TokenStream {
        let ty = self.ty;
        let of = quote!(<#ty as ::magnetiq_sdk::FormField>);
        let (kind, required) = (self.kind(&of), self.required(&of));
        let (min, max) = (option(self.min.as_ref()), option(self.max.as_ref()));
        quote!(::magnetiq_sdk::Rules { kind: #kind, required: #required, min: #min, max: #max })
    }
}

fn option(value: Option<&f64>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

fn owned(value: Option<&LitStr>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value.into())),
        None => quote!(None),
    }
}

fn kind(name: &LitStr) -> syn::Result<Ident> {
    let value = name.value();
    match KINDS.iter().find(|kind| kind.0 == value) {
        Some((_, variant)) => Ok(Ident::new(variant, name.span())),
        None => {
            let known = KINDS.map(|kind| kind.0).join(", ");
            Err(syn::Error::new(name.span(), format!("there is no kind {value:?}; there are {known}")))
        }
    }
}

fn expected() -> String {
    format!("expected en, de, help_en, help_de, kind, min, max, default, references, zone, {}", FLAGS.join(", "))
}
