//! Reading attributes.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, ExprUnary, Field, Fields, Lit, LitStr, UnOp};

/// The text of `name = "…"`.
pub fn text(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    meta.value()?.parse()
}

/// The number of `name = 1`, whole or not, perhaps negative.
pub fn number(meta: &ParseNestedMeta<'_>) -> syn::Result<f64> {
    let expression: Expr = meta.value()?.parse()?;
    literal(&expression).ok_or_else(|| syn::Error::new(expression.span(), "expected a number"))
}

fn literal(expression: &Expr) -> Option<f64> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => literal(expr).map(|number| -number),
        _ => None,
    }
}

/// Hands every entry of every attribute called `name` to `read`.
pub fn each(
    attributes: &[Attribute],
    name: &str,
    mut read: impl FnMut(ParseNestedMeta<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(name))
        .try_for_each(|attribute| attribute.parse_nested_meta(&mut read))
}

/// The named fields of a struct.
pub fn fields(input: &DeriveInput) -> syn::Result<Vec<&Field>> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Ok(fields.named.iter().collect()),
            _ => Err(syn::Error::new(input.ident.span(), "expected a struct with named fields")),
        },
        _ => Err(syn::Error::new(input.ident.span(), "expected a struct")),
    }
}

/// `StartsSoon` as `starts_soon`.
pub fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (place, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && place > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// An empty text at the place of the derive.
pub fn empty() -> LitStr {
    LitStr::new("", Span::call_site())
}
