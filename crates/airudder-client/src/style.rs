//! How parameters are written: the styles of OpenAPI.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// How a parameter that is a list or an object becomes text.
///
/// The examples are the list `a, b` and the object `x: 1, y: 2`, both called `p`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Style {
    /// `a,b` and `x,1,y,2`, in a path or a header.
    Simple,
    /// `a,b` and `x=1,y=2`, in a path or a header.
    SimpleExploded,
    /// `.a,b` and `.x,1,y,2`, in a path.
    Label,
    /// `.a.b` and `.x=1.y=2`, in a path.
    LabelExploded,
    /// `;p=a,b` and `;p=x,1,y,2`, in a path.
    Matrix,
    /// `;p=a;p=b` and `;x=1;y=2`, in a path.
    MatrixExploded,
    /// `p=a,b` and `p=x,1,y,2`, in a query or a cookie.
    Form,
    /// `p=a&p=b` and `x=1&y=2`, in a query or a cookie.
    FormExploded,
    /// `p=a%20b` and `p=x%201%20y%202`, in a query.
    SpaceDelimited,
    /// `p=a%7Cb` and `p=x%7C1%7Cy%7C2`, in a query.
    PipeDelimited,
    /// `p[x]=1&p[y]=2` and `p[0]=a&p[1]=b`, in a query or a form; for objects and lists only.
    DeepObject,
    /// `p=["a","b"]` and `p={"x":1,"y":2}`, percent-encoded, anywhere: a parameter with `content` of JSON.
    Json,
}

/// A value without its nesting.
pub(crate) enum Flat {
    Text(String),
    List(Vec<String>),
    Object(Vec<(String, String)>),
}

/// Flattens a value as the style wants it: as JSON it is one text.
pub(crate) fn flatten_by(style: Style, value: Value) -> Result<Option<Flat>, &'static str> {
    match style {
        Style::Json if value.is_null() => Ok(None),
        Style::Json => Ok(Some(Flat::Text(value.to_string()))),
        _ => flatten(value),
    }
}

/// Flattens a value; null, and a list or an object of nothing, is left out.
pub(crate) fn flatten(value: Value) -> Result<Option<Flat>, &'static str> {
    Ok(match value {
        Value::Array(items) => {
            let items = items.into_iter().filter_map(|item| scalar(item).transpose());
            let items = items.collect::<Result<Vec<_>, _>>()?;
            (!items.is_empty()).then_some(Flat::List(items))
        }
        Value::Object(fields) => {
            let field = |(name, value)| Some(scalar(value).transpose()?.map(|value| (name, value)));
            let fields = fields.into_iter().filter_map(field).collect::<Result<Vec<_>, _>>()?;
            (!fields.is_empty()).then_some(Flat::Object(fields))
        }
        value => scalar(value)?.map(Flat::Text),
    })
}

/// The text of a scalar, `None` for null.
pub(crate) fn scalar(value: Value) -> Result<Option<String>, &'static str> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Bool(flag) => Ok(Some(flag.to_string())),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Array(_) | Value::Object(_) => {
            Err("holds a list or an object inside, which this style cannot write")
        }
    }
}

/// Writes a parameter of a path or a header.
pub(crate) fn text(
    style: Style,
    name: &str,
    value: Flat,
    encode: fn(&str) -> String,
) -> Result<String, &'static str> {
    use Style::{Label, LabelExploded, Matrix, MatrixExploded, Simple, SimpleExploded};
    let (prefix, separator, exploded) = match style {
        Simple | Style::Json => ("", ",", false),
        SimpleExploded => ("", ",", true),
        Label => (".", ",", false),
        LabelExploded => (".", ".", true),
        Matrix => (";", ",", false),
        MatrixExploded => (";", ";", true),
        _ => return Err("has a style that is for queries only"),
    };
    let is_matrix = matches!(style, Matrix | MatrixExploded);
    let named =
        |value: String| if value.is_empty() { encode(name) } else { format!("{}={value}", encode(name)) };
    let text = match value {
        Flat::Text(text) if is_matrix => named(encode(&text)),
        Flat::Text(text) => encode(&text),
        Flat::List(items) => {
            let items = items.iter().map(|item| encode(item));
            match style {
                MatrixExploded => items.map(named).collect::<Vec<_>>().join(separator),
                Matrix => named(items.collect::<Vec<_>>().join(separator)),
                _ => items.collect::<Vec<_>>().join(separator),
            }
        }
        Flat::Object(fields) => {
            let between = if exploded { "=" } else { "," };
            let fields = fields.iter().map(|(key, value)| encode(key) + between + &encode(value));
            let fields = fields.collect::<Vec<_>>().join(separator);
            if style == Matrix { named(fields) } else { fields }
        }
    };
    Ok(format!("{prefix}{text}"))
}

/// Writes a parameter of a query or a cookie as encoded pairs of name and value.
pub(crate) fn pairs(style: Style, name: &str, value: Value) -> Result<Vec<(String, String)>, &'static str> {
    let separator = match style {
        Style::Form | Style::FormExploded => ",",
        Style::SpaceDelimited => "%20",
        Style::PipeDelimited => "%7C",
        Style::Json if value.is_null() => return Ok(Vec::new()),
        Style::Json => return Ok(vec![(percent(name), percent(&value.to_string()))]),
        Style::DeepObject => {
            let mut pairs = Vec::new();
            return match value {
                Value::Null => Ok(pairs),
                Value::Object(_) => {
                    deep(&percent(name), value, &mut pairs);
                    Ok(pairs)
                }
                // OpenAPI leaves lists open; they are written as most servers read them.
                Value::Array(items) => {
                    for (index, item) in items.into_iter().enumerate() {
                        deep(&format!("{}[{index}]", percent(name)), item, &mut pairs);
                    }
                    Ok(pairs)
                }
                _ => Err("is no object and no list, and the style deepObject writes nothing else"),
            };
        }
        _ => return Err("has a style that is for paths and headers only"),
    };
    let name = percent(name);
    Ok(match (flatten(value)?, style) {
        (None, _) => Vec::new(),
        (Some(Flat::Text(text)), _) => vec![(name, percent(&text))],
        (Some(Flat::List(items)), Style::FormExploded) => {
            items.iter().map(|item| (name.clone(), percent(item))).collect()
        }
        (Some(Flat::Object(fields)), Style::FormExploded) => {
            fields.iter().map(|(key, value)| (percent(key), percent(value))).collect()
        }
        (Some(Flat::List(items)), _) => {
            vec![(name, items.iter().map(|item| percent(item)).collect::<Vec<_>>().join(separator))]
        }
        (Some(Flat::Object(fields)), _) => {
            let parts = fields.iter().flat_map(|(key, value)| [percent(key), percent(value)]);
            vec![(name, parts.collect::<Vec<_>>().join(separator))]
        }
    })
}

/// OpenAPI leaves nested objects and lists open; they are written as most servers read them: `p[x][y]=1`, `p[x]=1&p[x]=2`.
fn deep(name: &str, value: Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                deep(&format!("{name}[{}]", percent(&key)), value, pairs);
            }
        }
        Value::Array(items) => items.into_iter().for_each(|item| deep(name, item, pairs)),
        scalar_value => {
            pairs.extend(scalar(scalar_value).ok().flatten().map(|text| (name.to_owned(), percent(&text))))
        }
    }
}

/// Everything but letters, digits and `-._~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(crate) fn percent(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}
