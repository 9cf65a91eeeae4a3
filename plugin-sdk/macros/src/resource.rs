//! `derive(Resource)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::{DeriveInput, Expr, Ident, LitInt, LitStr};

use crate::attributes::{each, empty, fields, text};
use crate::field::Described;

/// Columns of every table; they are read, and not described.
const COMMON: [&str; 4] = ["id", "created_at", "updated_at", "deleted_at"];

struct Attributes {
    table: Option<LitStr>,
    en: LitStr,
    de: LitStr,
    en_plural: LitStr,
    de_plural: LitStr,
    title: LitStr,
    sort: LitStr,
    read: Option<TokenStream>,
    create: Option<TokenStream>,
    update: Option<TokenStream>,
    delete: Option<TokenStream>,
    public_rows: Option<Vec<TokenStream>>,
    menu: TokenStream,
}

impl Attributes {
    fn read(input: &DeriveInput) -> syn::Result<Self> {
        let mut attributes = Self {
            table: None,
            en: empty(),
            de: empty(),
            en_plural: empty(),
            de_plural: empty(),
            title: empty(),
            sort: empty(),
            read: None,
            create: None,
            update: None,
            delete: None,
            public_rows: None,
            menu: quote!(None),
        };
        each(&input.attrs, "resource", |meta| attributes.entry(&meta))?;
        Ok(attributes)
    }

    fn entry(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        match meta.path.get_ident().map(Ident::to_string).unwrap_or_default().as_str() {
            "table" => self.table = Some(text(meta)?),
            "en" => self.en = text(meta)?,
            "de" => self.de = text(meta)?,
            "en_plural" => self.en_plural = text(meta)?,
            "de_plural" => self.de_plural = text(meta)?,
            "title" => self.title = text(meta)?,
            "sort" => self.sort = text(meta)?,
            "read" => self.read = Some(access(&text(meta)?)),
            "create" => self.create = Some(access(&text(meta)?)),
            "update" => self.update = Some(access(&text(meta)?)),
            "delete" => self.delete = Some(access(&text(meta)?)),
            "write" => {
                let access = access(&text(meta)?);
                self.create.get_or_insert_with(|| access.clone());
                self.update.get_or_insert_with(|| access.clone());
                self.delete.get_or_insert(access);
            }
            "public_rows" => self.public_rows = Some(conditions(meta)?),
            "menu" => self.menu = menu(meta)?,
            _ => return Err(meta.error(EXPECTED)),
        }
        Ok(())
    }
}

const EXPECTED: &str = "expected table, en, de, en_plural, de_plural, title, sort, read, write, create, update, delete, public_rows(…) or menu(…)";

fn access(name: &LitStr) -> TokenStream {
    let access = quote!(::magnetiq_sdk::contract::describe::Access);
    match name.value().as_str() {
        "nobody" => quote!(#access::Nobody),
        "public" => quote!(#access::Public),
        "signed_in" => quote!(#access::SignedIn),
        _ => quote!(#access::Permission(#name.into())),
    }
}

/// `public_rows(status = "published", ends_at > "now")`: every condition must hold.
fn conditions(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<TokenStream>> {
    let content;
    syn::parenthesized!(content in meta.input);
    let mut conditions = Vec::new();
    while !content.is_empty() {
        let field: Ident = content.parse()?;
        let comparison = comparison(&content)?;
        let value: Expr = content.parse()?;
        let name = field.to_string();
        conditions.push(quote! {
            ::magnetiq_sdk::contract::describe::Condition {
                field: #name.into(),
                is: ::magnetiq_sdk::contract::describe::Comparison::#comparison,
                value: ::magnetiq_sdk::serde_json::json!(#value),
            }
        });
        if !content.is_empty() {
            content.parse::<syn::Token![,]>()?;
        }
    }
    Ok(conditions)
}

fn comparison(content: syn::parse::ParseStream<'_>) -> syn::Result<Ident> {
    let span = content.span();
    let name = if content.parse::<Option<syn::Token![!=]>>()?.is_some() {
        "NotEqual"
    } else if content.parse::<Option<syn::Token![=]>>()?.is_some() {
        "Equal"
    } else if content.parse::<Option<syn::Token![>]>>()?.is_some() {
        "After"
    } else if content.parse::<Option<syn::Token![<]>>()?.is_some() {
        "Before"
    } else {
        return Err(syn::Error::new(span, "expected =, !=, > or <"));
    };
    Ok(Ident::new(name, span))
}

fn menu(meta: &ParseNestedMeta<'_>) -> syn::Result<TokenStream> {
    let (mut order, mut icon) = (0_u32, empty());
    meta.parse_nested_meta(|meta| {
        if meta.path.is_ident("order") {
            order = meta.value()?.parse::<LitInt>()?.base10_parse()?;
        } else if meta.path.is_ident("icon") {
            icon = text(&meta)?;
        } else {
            return Err(meta.error("expected `order` or `icon`"));
        }
        Ok(())
    })?;
    Ok(quote!(Some(::magnetiq_sdk::contract::describe::Menu { order: #order, icon: #icon.into() })))
}

pub fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    let attributes = Attributes::read(input)?;
    let Some(table) = &attributes.table else {
        return Err(syn::Error::new(ident.span(), "expected #[resource(table = \"p_<plugin>__<name>\", …)]"));
    };
    let fields = fields(input)?.into_iter().map(Described::read).collect::<syn::Result<Vec<_>>>()?;
    check_title(&attributes.title, &fields)?;
    let row = crate::row::derive(input)?;
    let description = description(&attributes, table, &fields);
    let from_json = fields.iter().map(|field| {
        let (ident, name) = (field.ident, &field.name);
        quote!(#ident: ::magnetiq_sdk::column_from_json(row, #name)?)
    });
    let own: Vec<_> = fields.iter().filter(|field| !COMMON.contains(&field.name.as_str())).collect();
    let to_json = own.iter().map(|field| {
        let (ident, name) = (field.ident, &field.name);
        quote!((#name, ::magnetiq_sdk::Column::to_json(&self.#ident)))
    });
    Ok(quote! {
        #row

        impl ::magnetiq_sdk::Resource for #ident {
            fn describe() -> ::magnetiq_sdk::contract::describe::Resource {
                #description
            }

            fn from_json(row: &::magnetiq_sdk::serde_json::Value) -> ::magnetiq_sdk::Result<Self> {
                Ok(Self { #(#from_json),* })
            }

            fn to_json(&self) -> ::std::vec::Vec<(&'static str, ::magnetiq_sdk::serde_json::Value)> {
                vec![#(#to_json),*]
            }
        }
    })
}

fn check_title(title: &LitStr, fields: &[Described<'_>]) -> syn::Result<()> {
    let value = title.value();
    if value.is_empty() || value == "id" || fields.iter().any(|field| field.name == value) {
        return Ok(());
    }
    Err(syn::Error::new(title.span(), format!("there is no field {value}")))
}

fn description(attributes: &Attributes, table: &LitStr, fields: &[Described<'_>]) -> TokenStream {
    let Attributes { en, de, en_plural, de_plural, title, sort, menu, .. } = attributes;
    let nobody = quote!(::magnetiq_sdk::contract::describe::Access::Nobody);
    let [read, create, update, delete] = [&attributes.read, &attributes.create, &attributes.update, &attributes.delete]
        .map(|access| access.clone().unwrap_or_else(|| nobody.clone()));
    let public_rows = match &attributes.public_rows {
        Some(conditions) => quote!(Some(vec![#(#conditions),*])),
        None => quote!(None),
    };
    let of = quote!(::magnetiq_sdk::Column);
    let fields =
        fields.iter().filter(|field| !COMMON.contains(&field.name.as_str())).map(|field| field.description(&of));
    quote! {
        ::magnetiq_sdk::contract::describe::Resource {
            name: String::new(),
            table: #table.into(),
            label: ::magnetiq_sdk::contract::text::Text::new(#en, #de),
            label_plural: ::magnetiq_sdk::contract::text::Text::new(#en_plural, #de_plural),
            fields: vec![#(#fields),*],
            title_field: #title.into(),
            sort: #sort.into(),
            read: #read,
            create: #create,
            update: #update,
            delete: #delete,
            public_rows: #public_rows,
            hooks: Vec::new(),
            actions: Vec::new(),
            menu: #menu,
        }
    }
}
