use magnetiq_contract::answer::Meta;
use magnetiq_contract::rule::{FieldError, Rule};
use magnetiq_contract::text::{Locale, Text};
use serde_json::{Value, json};

use super::*;
use crate::error::{Code, Error};
use crate::http::layers::{ErrorPage, RequestId};

fn layout() -> Layout {
    Layout::new(Identity {
        name: "Talks & Co".into(),
        public_url: "https://www.example.com".into(),
        time_zone: "Europe/Berlin".into(),
    })
    .unwrap()
}

fn plugin(templates: &[(&str, &str)]) -> Result<PluginTemplates, Error> {
    let owned: Vec<_> = templates.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    PluginTemplates::load(TemplateSource {
        templates: &owned,
        locales: (EN, DE),
        mount: &Text::new("/en/talks", "/de/vortraege"),
        time_zone: "Europe/Berlin",
    })
}

fn fragment(source: &str, locale: Locale, data: &Value) -> Result<String, Error> {
    plugin(&[("a.html", source)])?.render_fragment(locale, "a.html", data)
}

fn page(templates: &PluginTemplates, meta: &Meta, json_ld: &Value, form: Option<&RefusedForm>) -> String {
    let data = json!({"title": HOSTILE});
    let request = PageRequest {
        locale: Locale::De,
        path: "/de/vortraege/x",
        templates,
        template: "a.html",
        data: &data,
        meta,
        json_ld,
        form,
    };
    layout().render_page(&request).unwrap()
}

const EN: &str = r#"{"list": {"title": "Talks", "seats": "{count} seats"}, "field": {"email": "E-mail"}}"#;
const DE: &str = r#"{"list": {"title": "Vorträge"}, "field": {"email": "E-Mail"}}"#;
const HOSTILE: &str = "</script><script>alert('x')</script>\" onload=\"x";

#[test]
fn hostile_text_stays_text_in_every_place_of_a_page() {
    let source = "<h1 title=\"{{ title }}\">{{ title }}</h1>{{ title|paragraphs }}{{ {} }}".replace("{{ {} }}", "");
    let source = format!(
        "{{% import 'forms.html' as forms %}}{source}{{{{ url('/{{slug}}', slug=title) }}}}{{{{ t(title) }}}}\
         {{{{ forms.summary() }}}}{{{{ forms.field('email', title, help=title) }}}}{{{{ forms.field('x', title, value=title) }}}}"
    );
    let templates = plugin(&[("a.html", &source)]).unwrap();
    let meta = Meta { title: HOSTILE.into(), description: HOSTILE.into(), ..Meta::default() };
    let form = RefusedForm {
        values: vec![("email".into(), HOSTILE.into())],
        faults: vec![FieldError::new(HOSTILE, Rule::Other(Text::new(HOSTILE, "")))],
        sentence: Some(HOSTILE.into()),
    };
    let clean = page(&templates, &Meta::default(), &Value::Null, None);
    let hostile = page(&templates, &meta, &json!({"name": HOSTILE, HOSTILE: 1}), Some(&form));
    assert!(!clean.contains("<script>") && !hostile.contains("<script>alert"), "{hostile}");
    assert!(!hostile.contains("\" onload=\"x\""), "{hostile}");
    // The site's own script and the one data block.
    assert_eq!((clean.matches("<script").count(), hostile.matches("<script").count()), (1, 2));
    assert_eq!(hostile.matches("</script>").count(), 2);
}

#[test]
fn a_plugin_cannot_write_html_of_its_data() {
    let data = json!({"html": "<b>x</b>"});
    for source in [
        "{{ html|safe }}",
        "{% autoescape false %}{{ html }}{% endautoescape %}",
        "{{ html|escape|replace('&lt;', '<') }}",
        "{{ html|tojson }}",
    ] {
        assert!(fragment(source, Locale::En, &data).is_err(), "{source}");
    }
    let captured = fragment("{% macro a() %}{{ html }}{% endmacro %}{{ a() }}", Locale::En, &data).unwrap();
    let included = plugin(&[("a.html", "{% include 'b.txt' %}"), ("b.txt", "{{ html }}")]).unwrap();
    assert_eq!(captured, "&lt;b&gt;x&lt;/b&gt;");
    assert!(included.render_fragment(Locale::En, "a.html", &data).is_err(), "text templates are apart");
    assert_eq!(included.render_fragment(Locale::En, "b.txt", &data).unwrap(), "<b>x</b>");
}

#[test]
fn an_endless_or_exploding_template_ends_with_an_error_that_names_it() {
    let rows: Vec<u32> = (0..2000).collect();
    let data = json!({"rows": rows, "text": "x".repeat(100_000)});
    for source in [
        "{% for a in rows %}{% for b in rows %}{% set c = a %}{% endfor %}{% endfor %}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% include 'a.html' %}",
        "{% for a in rows %}{{ text }}{% endfor %}",
        "{% macro a() %}{{ text }}{% endmacro %}{% for b in rows %}{{ a()|length }}{% endfor %}",
        "{% macro a(x, n) %}{% if n %}{{ a(x|join(x), n - 1) }}{% endif %}{% endmacro %}{{ a(text, 40) }}",
    ] {
        let error = fragment(source, Locale::En, &data).unwrap_err();
        assert_eq!((error.code(), error.message()), (Code::PluginFailed, "The template a.html could not be rendered."));
    }
    let error = fragment("{{ x }}", Locale::En, &json!({"x": "x".repeat(600_000)})).unwrap_err();
    assert!(error.to_string().contains("too large"), "{error}");
}

#[test]
fn no_filter_and_no_operator_makes_a_template_slow() {
    let rows: Vec<String> = (0..2_000).map(|row| format!("row {row}")).collect();
    let data = json!({"rows": rows, "same": rows, "text": "x".repeat(100_000), "words": "x ".repeat(50_000)});
    for (work, name) in [
        ("text|upper|length", "handles too much text"),
        ("words|paragraphs|length", "handles too much text"),
        ("rows|join(' ')|length", "handles too much text"),
        ("'x' in rows", "looks at its data too often"),
        ("rows|join|length", "handles too much text"),
        ("rows|last", ""),
        ("rows == same", ""),
        ("text == words", ""),
        ("'y' in text", ""),
        ("text[-1] is defined", ""),
    ] {
        let source = format!("{{% for a in rows %}}{{% if {work} %}}{{% endif %}}{{% endfor %}}");
        match fragment(&source, Locale::En, &data) {
            Ok(_) => assert_eq!(name, "", "{work}"),
            Err(error) => assert!(!name.is_empty() && format!("{error}").contains(name), "{work}: {error}"),
        }
    }
}

#[test]
fn long_texts_are_written_and_filtered_as_short_ones_are() {
    let small = "x".repeat(2_000);
    let data = json!({"text": format!(" <{small}")});
    let show = |source| fragment(source, Locale::En, &data).unwrap();
    assert_eq!(show("{{ text|length }} {{ text is string }} {% if text %}yes{% endif %}"), "2002 True yes");
    assert_eq!(show("{{ text|trim|upper }}"), format!("&lt;{}", small.to_uppercase()));
    assert_eq!(show("{{ text|paragraphs }}"), format!("<p>&lt;{small}</p>\n"));
}

#[test]
fn a_misspelt_name_is_an_error_and_an_absent_one_may_be_asked_for() {
    let data = json!({"here": null});
    assert!(fragment("{{ titel }}", Locale::En, &data).is_err());
    assert_eq!(fragment("{{ here }}{% if gone %}x{% endif %}{{ gone|default('-') }}", Locale::En, &data).unwrap(), "-");
    assert!(plugin(&[("a.html", "{% if %}")]).is_err());
    assert!(plugin(&[("a.html", "{{ x|frobnicate }}")]).unwrap().render_fragment(Locale::En, "a.html", &data).is_err());
}

#[test]
fn texts_addresses_and_times_speak_the_pages_language() {
    let source = "{{ t('list.title') }}|{{ t('list.seats', count=3) }}|{{ t('form.summary') }}|{{ t('no.such') }}|{{ url() }}|\
                  {{ url('/{slug}', slug=slug) }}|{{ name|localized }}|{{ at|date('Europe/Berlin', 'short') }}|{{ at|time }}|\
                  {{ at|zone_name('America/New_York') }}";
    let data = json!({"slug": "a/b ü", "name": {"en": "Heat", "de": "Wärme"}, "at": 1_774_706_400_000_000_i64});
    assert_eq!(
        fragment(source, Locale::En, &data).unwrap(),
        "Talks|3 seats|Please check these fields|no.such|/en/talks|/en/talks/a%2Fb%20%C3%BC|Heat|\
         28 Mar 2026|15:00|EDT"
    );
    assert_eq!(
        fragment(source, Locale::De, &data).unwrap(),
        "Vorträge|3 seats|Bitte prüfen Sie diese Felder|no.such|/de/vortraege|/de/vortraege/a%2Fb%20%C3%BC|\
         Wärme|28.03.2026|15:00|EDT"
    );
    let line = fragment(
        "{{ at|datetime('Europe/Berlin', until=end) }}",
        Locale::De,
        &json!({
            "at": "2026-03-29T13:00:00Z", "end": "2026-03-29T14:00:00Z",
        }),
    );
    assert_eq!(
        line.unwrap(),
        "<time datetime=\"2026-03-29T13:00:00Z\" data-until=\"2026-03-29T14:00:00Z\" data-zone=\"Europe/Berlin\">\
         Sonntag, 29. März 2026, <span class=\"clock\">15:00–16:00 Uhr MESZ</span></time>"
    );
    let text = plugin(&[("m.txt", "{{ at|datetime('Europe/Berlin', 'long') }}")]).unwrap();
    let mail = text.render_fragment(Locale::En, "m.txt", &json!({"at": "2026-03-27T14:00:00Z"})).unwrap();
    assert_eq!(mail, "27 March 2026, 15:00 CET");
    assert!(fragment("{{ at|date('Europe/Atlantis') }}", Locale::En, &data).is_err());
}

#[test]
fn paragraphs_keep_lines_apart_and_their_text_escaped() {
    let html =
        fragment("{{ a|paragraphs }}", Locale::De, &json!({"a": {"en": "x", "de": "1 < 2\nzwei\r\n\r\n\r\ndrei"}}));
    assert_eq!(html.unwrap(), "<p>1 &lt; 2<br>zwei</p>\n<p>drei</p>\n");
}

#[test]
fn a_refused_form_keeps_its_values_and_links_its_faults() {
    let source = "{% import 'forms.html' as forms %}{{ forms.summary() }}\
                  {{ forms.field('email', kind='email', required=true, help='Nur für diese Einladung') }}\
                  {{ forms.field('note', 'Notiz', kind='textarea') }}{{ forms.checkbox('news', 'Neues') }}{{ forms.honeypot('website') }}";
    let templates = plugin(&[("a.html", source)]).unwrap();
    let values = [("email", "ada@"), ("note", "a\nb"), ("news", "true")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let form = RefusedForm::new(values.to_vec(), &Error::field("email", Rule::Email));
    let html = page(&templates, &Meta::default(), &Value::Null, Some(&form));
    for part in [
        "<li><a href=\"#field-email\">E-Mail: Bitte geben Sie eine gültige E-Mail-Adresse ein.</a></li>",
        "role=\"alert\" tabindex=\"-1\" autofocus",
        "<label for=\"field-email\">E-Mail</label>",
        "type=\"email\" value=\"ada@\" required aria-invalid=\"true\" aria-describedby=\"help-email fault-email\"",
        "<p class=\"fault\" id=\"fault-email\">",
        ">a\nb</textarea>",
        "value=\"true\" checked",
        "tabindex=\"-1\" autocomplete=\"off\"",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
    let fresh = page(&templates, &Meta::default(), &Value::Null, None);
    assert!(
        !fresh.contains("form-summary") && !fresh.contains("aria-invalid") && !fresh.contains(" checked"),
        "{fresh}"
    );
}

#[test]
fn the_head_pairs_the_languages_and_hides_private_pages() {
    let templates = plugin(&[("a.html", "x")]).unwrap();
    let alternate = Some(Text::new("/heat", "/waerme"));
    let html = page(&templates, &Meta { title: "Wärme".into(), alternate, ..Meta::default() }, &Value::Null, None);
    for part in [
        "<html lang=\"de\">",
        "<title>Wärme · Talks &amp; Co</title>",
        "rel=\"canonical\" href=\"https://www.example.com/de/vortraege/waerme\"",
        "hreflang=\"en\" href=\"https://www.example.com/en/talks/heat\"",
        "hreflang=\"x-default\" href=\"https://www.example.com/en/talks/heat\"",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
    let private = page(&templates, &Meta { private: true, ..Meta::default() }, &Value::Null, None);
    assert!(private.contains("content=\"noindex\"") && private.contains("content=\"no-referrer\""));
    assert!(!private.contains("canonical") && !private.contains("og:url"));
    assert!(private.contains("lang=\"en\" hreflang=\"en\""), "the language switch stays");
}

#[test]
fn the_menu_marks_where_the_visitor_is() {
    let layout = layout();
    let entry = |en: &str, de: &str| NavEntry {
        title: Text::new(en, de),
        path: Text::new(format!("/en/{en}"), format!("/de/{de}")),
    };
    layout.set_navigation(vec![entry("talks", "vortraege"), entry("talk", "vortrag")]);
    let html = error_page_in(&layout, Locale::De, &Error::not_found(), None);
    assert!(html.contains("href=\"/de/vortrag\">vortrag</a>") && !html.contains("\" aria-current=\"page\">vortrag"));
    let templates = plugin(&[("a.html", "x")]).unwrap();
    let request = PageRequest {
        locale: Locale::De,
        path: "/de/vortraege/x",
        templates: &templates,
        template: "a.html",
        data: &Value::Null,
        meta: &Meta::default(),
        json_ld: &Value::Null,
        form: None,
    };
    let html = layout.render_page(&request).unwrap();
    assert_eq!(html.matches("aria-current=\"true\">vortraege").count(), 1);
    assert_eq!(html.matches("aria-current=\"true\">vortrag<").count(), 0);
}

#[test]
fn the_sites_own_texts_are_there_in_both_languages() {
    assert_eq!(templates::own_texts().unwrap().lopsided(), Vec::<&str>::new());
}

#[test]
fn every_kind_of_error_has_a_page_in_both_languages() {
    let page = |locale, code| error_page(locale, &Error::new(code, "Never on a page."), None);
    assert!(page(Locale::En, Code::Gone).contains("This page is gone"));
    assert!(page(Locale::De, Code::Forbidden).contains("Diese Seite ist nicht für alle"));
    assert!(page(Locale::De, Code::Unavailable).contains("Im Moment nicht verfügbar"));
    assert!(page(Locale::De, Code::RateLimited).contains("Einen Moment, bitte"));
    assert!(page(Locale::En, Code::Internal).contains("r-77") && !page(Locale::En, Code::Gone).contains("r-77"));
    assert!(page(Locale::En, Code::BadRequest).contains("That did not work"));
}

#[test]
fn a_conflict_is_told_to_the_visitor_in_their_language_with_a_way_back() {
    let refusal = Error::new(Code::Conflict, ("It has ended.", "Es ist vorbei."));
    let english = error_page(Locale::En, &refusal, Some("/en/talks/r/1"));
    assert!(
        english.contains("It has ended.") && english.contains("href=\"/en/talks/r/1\">Back to the page"),
        "{english}"
    );
    assert!(error_page(Locale::De, &refusal, None).contains("Es ist vorbei."));
    let technical = error_page(Locale::De, &Error::new(Code::Conflict, "English only."), None);
    assert!(technical.contains("Das hat nicht geklappt") && !technical.contains("English only."), "{technical}");
}

#[test]
fn a_page_that_refused_a_form_says_why_before_all_else() {
    let templates = plugin(&[("a.html", "<h1>Your seat</h1>")]).unwrap();
    let form = RefusedForm::new(Vec::new(), &Error::new(Code::Conflict, ("It has ended.", "Es ist <vorbei>.")));
    let html = page(&templates, &Meta::default(), &Value::Null, Some(&form));
    let (why, seat) = (html.find("Es ist &lt;vorbei&gt;.").unwrap(), html.find("Your seat").unwrap());
    assert!(why < seat && html.contains("role=\"alert\" tabindex=\"-1\" autofocus"), "{html}");
}

fn error_page(locale: Locale, error: &Error, form: Option<&str>) -> String {
    error_page_in(&layout(), locale, error, form)
}

fn error_page_in(layout: &Layout, locale: Locale, error: &Error, form: Option<&str>) -> String {
    let request = &RequestId("r-77".into());
    error_pages::error_page(layout, &ErrorPage { error, locale, form, request }).unwrap()
}
