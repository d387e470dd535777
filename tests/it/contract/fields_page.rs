//! The page of all operations with their fields, `include/operations.md`, for those who call them from
//! other languages than Rust. It is generated from the contract.

use std::fmt::Write as _;

use serde_json::Value;
use yourgpt_sandbox::CONTRACT;

use super::operations_page::assert_up_to_date;

const HEAD: &str = "\
# Operations

Every operation that the vendor has published, for `yourgpt_call()` and its relatives in `yourgpt.h`:
its level, its credentials, and the fields of its body. Other operations can be called too, if the
service knows them. A repeatable operation is tried again even if the failed attempt may have been
processed. The library adds `project_uid` and `widget_uid` from its configuration, so a body may leave
them out.
";

const FOOT: &str = "
## Forms of values

A `session_uid` is a whole number beyond 2^53, a text of digits, or a UUID as text. Send it as it came.
A condition is an object with the members `model` (`CONTACTS` or `SESSION`), `key`, `operator` and
`value`, all of them needed. A group is an object with `operator` (`AND` or `OR`) and `conditions`, a
list of conditions and groups.
";

fn page() -> String {
    let contract: Value = serde_json::from_str(CONTRACT).unwrap();
    let mut page = HEAD.to_owned();
    for tag in contract["tags"].as_array().unwrap() {
        writeln!(page, "\n## {}", tag["name"].as_str().unwrap()).unwrap();
        for (path, methods) in contract["paths"].as_object().unwrap() {
            if methods["post"]["tags"][0] == tag["name"] {
                write_operation(&mut page, path, &methods["post"]);
            }
        }
    }
    page + FOOT
}

fn write_operation(page: &mut String, path: &str, operation: &Value) {
    let (level, name) = match path.strip_prefix("/api/v1/") {
        Some(name) => ("ORGANIZATION", name),
        None => ("PROJECT", path.strip_prefix("/chatbot/v1/").unwrap()),
    };
    let credentials = operation["x-credentials"].as_array().unwrap();
    let credentials: Vec<_> = credentials
        .iter()
        .map(|kind| {
            if kind == "token" {
                "API token"
            } else {
                "project API key"
            }
        })
        .collect();
    let repeatable = match operation["x-repeatable"] == true {
        true => "repeatable",
        false => "not repeatable",
    };
    let permission = operation["x-permission"]
        .as_str()
        .unwrap_or("none published");
    writeln!(
        page,
        "\n### {name}\n\n{}\n",
        operation["summary"].as_str().unwrap()
    )
    .unwrap();
    writeln!(
        page,
        "`YOURGPT_{level}`; {}; {repeatable}; permission: {permission}.",
        credentials.join(" or ")
    )
    .unwrap();
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    match schema["anyOf"].as_array() {
        Some(forms) => forms.iter().for_each(|form| write_fields(page, form)),
        None => write_fields(page, schema),
    }
}

fn write_fields(page: &mut String, form: &Value) {
    let fields = form["properties"].as_object().unwrap();
    let title = form["title"].as_str().unwrap();
    if fields.is_empty() {
        writeln!(page, "\nNo fields {title}.").unwrap();
        return;
    }
    writeln!(page, "\n| {title} | | |\n|---|---|---|").unwrap();
    let required = form["required"].as_array().unwrap();
    for (name, schema) in fields {
        let needed = if required.contains(&Value::from(&**name)) {
            ", needed"
        } else {
            ""
        };
        let what = schema["description"].as_str().unwrap_or_default();
        writeln!(page, "| `{name}` | {}{needed} | {what} |", form_of(schema)).unwrap();
    }
}

/// The type of a value and its bounds, in words.
fn form_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return match name.rsplit('/').next().unwrap() {
            "SessionUid" => "`session_uid`",
            "Condition" => "condition",
            "ConditionGroup" => "group",
            other => panic!("{other} is not on the page"),
        }
        .to_owned();
    }
    let mut form = match (&schema["type"], &schema["anyOf"]) {
        (_, Value::Array(forms)) => forms.iter().map(form_of).collect::<Vec<_>>().join(" or "),
        (Value::String(kind), _) => word(kind).to_owned(),
        (Value::Array(kinds), _) => {
            let kinds = kinds.iter().map(|kind| word(kind.as_str().unwrap()));
            kinds.collect::<Vec<_>>().join(" or ")
        }
        other => panic!("{other:?}"),
    };
    if schema["items"].is_object() {
        write!(form, " of: {}", form_of(&schema["items"])).unwrap();
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> = values.iter().map(Value::to_string).collect();
        write!(form, ": {}", values.join(", ")).unwrap();
    }
    for (bound, words) in [
        ("minimum", "from"),
        ("maximum", "to"),
        ("maxLength", "characters at most:"),
        ("minItems", "items at least:"),
        ("maxItems", "items at most:"),
        ("default", "if not given:"),
    ] {
        if !schema[bound].is_null() {
            write!(form, ", {words} {}", schema[bound]).unwrap();
        }
    }
    form
}

fn word(kind: &str) -> &str {
    match kind {
        "integer" => "whole number",
        "string" => "text",
        "boolean" => "true or false",
        "array" => "list",
        other => other,
    }
}

/// `UPDATE_PAGE=1 cargo test --test it fields_page` writes the page again.
#[test]
fn the_page_of_operations_for_other_languages_is_up_to_date() {
    assert_up_to_date("include/operations.md", &page());
}
