//! The words of the layout, in English and Chinese.

use super::endpoint::In;

/// What a line of the layout announces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heading {
    /// The request in general.
    Request,
    /// A table of parameters.
    Parameters(In),
    /// The table of the body, with its media type where the line has it.
    Body(Option<String>),
    /// JSON as an example of the body or answer above.
    Example,
    /// How to call it, in many languages: nothing for us.
    Samples,
    /// The answers in general.
    Answers,
    /// An answer with this status.
    Status(u16),
    /// What stands below the page proper.
    Tail,
}

/// Buttons that are copied together with headings.
const BUTTONS: &[&str] = &["生成代码", "复制", "generate code", "copy"];

/// What the line announces, if it announces anything.
pub fn heading(line: &str) -> Option<Heading> {
    let line = line.to_lowercase();
    let line = BUTTONS.iter().fold(line.as_str(), |line, button| line.trim_end_matches(button).trim());
    if let Some(place) = parameters(line) {
        return Some(Heading::Parameters(place));
    }
    if let Some(rest) = first_prefix(line, &["body 参数", "body参数", "body params", "body parameters"]) {
        return Some(Heading::Body(media(rest)));
    }
    match line {
        "请求参数" | "request" | "request params" | "request parameters" => Some(Heading::Request),
        "示例"
        | "example"
        | "examples"
        | "响应示例"
        | "响应示例响应示例"
        | "response example"
        | "response examples"
        | "response exampleresponse example" => Some(Heading::Example),
        "示例代码"
        | "请求示例代码"
        | "请求示例"
        | "请求示例请求示例"
        | "request samples"
        | "request sample"
        | "request example"
        | "request examples"
        | "request code samples"
        | "code samples"
        | "request examplerequest example" => Some(Heading::Samples),
        "返回响应" | "响应" | "responses" | "response" => Some(Heading::Answers),
        "上一页" | "下一页" | "previous" | "next" => Some(Heading::Tail),
        _ if numbered_example(line) => Some(Heading::Example),
        _ if modified(line).is_some() => Some(Heading::Tail),
        _ => status(line).map(Heading::Status),
    }
}

/// `示例 2`, `Example 2`.
fn numbered_example(line: &str) -> bool {
    let number = first_prefix(line, &["示例", "example"]).map(str::trim);
    number.is_some_and(|number| number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn parameters(line: &str) -> Option<In> {
    let (first, rest) = line.split_at_checked(line.find([' ', '参'])?)?;
    let is_table = ["参数", "params", "parameters"].contains(&rest.trim());
    is_table.then(|| In::parse(first))?
}

/// The media type between the heading and a mark such as `required`.
fn media(rest: &str) -> Option<String> {
    let word = rest.trim().trim_start_matches(['(', ':', '：']).split([' ', ')', '必', '可', '选']).next()?;
    let word = word.trim_end_matches("required").trim_end_matches("optional");
    word.contains('/').then(|| word.to_owned())
}

/// `🟢200成功`, `🟠 400 Bad Request`, `成功(200)`.
fn status(line: &str) -> Option<u16> {
    let code = |digits: &str| digits.parse().ok().filter(|code| (100..600).contains(code));
    let plain =
        line.trim_start_matches(|letter: char| !letter.is_ascii() && !letter.is_alphanumeric()).trim_start();
    let is_marked = plain.len() < line.len();
    match plain.split_at_checked(3) {
        Some((digits, rest)) if is_marked && !rest.starts_with(|next: char| next.is_ascii_digit()) => {
            code(digits)
        }
        _ => {
            let (name, rest) = line.split_once(['(', '（'])?;
            let digits = rest.strip_suffix([')', '）'])?;
            (!name.is_empty() && !name.contains(' ')).then(|| code(digits))?
        }
    }
}

/// The day of the last change, when the line tells it: `修改于 2024-03-12 09:29:19`.
pub fn modified(line: &str) -> Option<&str> {
    const MARKS: &[&str] = &[
        "最后修改时间",
        "修改于",
        "更新于",
        "last modified at",
        "last modified",
        "modified at",
        "updated at",
    ];
    let mark = MARKS
        .iter()
        .find(|mark| line.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark)))?;
    let day = line.get(mark.len()..)?.trim_start_matches([' ', ':', '：', '\u{a0}']).get(..10)?;
    let is_day = day.char_indices().all(|(at, letter)| match at {
        4 | 7 => letter == '-' || letter == '/',
        _ => letter.is_ascii_digit(),
    });
    is_day.then_some(day)
}

/// Whether the line marks a field as required (true) or optional (false).
pub fn mark(line: &str) -> Option<bool> {
    match line {
        "必需" | "必填" | "required" | "Required" => Some(true),
        "可选" | "选填" | "optional" | "Optional" => Some(false),
        _ => None,
    }
}

/// A label of a field and what stands behind it in the same line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// What stands for an absent value.
    Default,
    /// The values it may have.
    Values,
    /// An example.
    Example,
    /// A limit of length or size.
    Limit,
}

/// The label that a line begins with, and the rest of the line.
pub fn label(line: &str) -> Option<(Label, &str)> {
    const LABELS: &[(&str, Label)] = &[
        ("默认值", Label::Default),
        ("default value", Label::Default),
        ("default", Label::Default),
        ("枚举值", Label::Values),
        ("可选值", Label::Values),
        ("允许值", Label::Values),
        ("allowed values", Label::Values),
        ("allowed value", Label::Values),
        ("enum", Label::Values),
        ("示例值", Label::Example),
        ("示例", Label::Example),
        ("examples", Label::Example),
        ("example", Label::Example),
        ("匹配正则表达式", Label::Limit),
        ("match pattern", Label::Limit),
    ];
    if line.starts_with([' ', '>', '<', '=']) {
        return Some((Label::Limit, line));
    }
    LABELS.iter().find_map(|(word, label)| {
        let start = line.get(..word.len())?;
        let rest = line.get(word.len()..)?.trim_start();
        let rest = rest.strip_prefix(':').or_else(|| rest.strip_prefix('：'))?;
        start.eq_ignore_ascii_case(word).then(|| (*label, rest.trim()))
    })
}

/// Lines of a table that say nothing of a field.
pub fn is_noise(original: &str) -> bool {
    const NOISE: &[&str] = &[
        "schema",
        "数据结构",
        "内容格式",
        "content type",
        "none",
        "无",
        "展开",
        "收起",
        "expand",
        "collapse",
        "expand all",
        "collapse all",
        "show all",
        "hide",
        "show child attributes",
        "hide child attributes",
    ];
    let lower = original.to_lowercase();
    let line = BUTTONS.iter().fold(lower.as_str(), |line, button| line.trim_end_matches(button).trim());
    let is_media = line.split_once('/').is_some_and(|(kind, rest)| {
        ["application", "text", "multipart"].contains(&kind) && !rest.contains(' ')
    });
    line.is_empty()
        || is_media
        || is_body(original)
        || NOISE.contains(&line)
        || line.starts_with("http 状态码")
        || line.starts_with("内容格式")
}

/// The heading above the table of an answer; a field may be called `body`.
pub fn is_body(line: &str) -> bool {
    line.strip_prefix("Body").is_some_and(|rest| rest.is_empty() || rest == "生成代码")
}

/// Lines between a title and a method that are no title: states, buttons, breadcrumbs.
pub fn is_badge(line: &str) -> bool {
    const BADGES: &[&str] = &[
        "已发布",
        "开发中",
        "测试中",
        "将废弃",
        "已废弃",
        "调试",
        "复制",
        "分享",
        "released",
        "developing",
        "testing",
        "deprecated",
        "run",
        "try it",
        "try it out",
        "copy",
        "copy page",
        "share",
        "run in apifox",
        "mcp",
    ];
    BADGES.contains(&line.to_lowercase().as_str())
}

fn first_prefix<'a>(line: &'a str, prefixes: &[&str]) -> Option<&'a str> {
    prefixes.iter().find_map(|prefix| line.strip_prefix(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_announced_in_both_languages() {
        for (line, expected) in [
            ("Header 参数", Heading::Parameters(In::Header)),
            ("Query Params", Heading::Parameters(In::Query)),
            ("Path 参数生成代码", Heading::Parameters(In::Path)),
            ("Body 参数application/json", Heading::Body(Some("application/json".to_owned()))),
            ("Body 参数application/json必填生成代码", Heading::Body(Some("application/json".to_owned()))),
            ("Body Params application/json required", Heading::Body(Some("application/json".to_owned()))),
            ("Body Params", Heading::Body(None)),
            ("示例", Heading::Example),
            ("Example 2", Heading::Example),
            ("请求示例请求示例", Heading::Samples),
            ("Responses", Heading::Answers),
            ("🟢200成功", Heading::Status(200)),
            ("🟠 400 Bad Request", Heading::Status(400)),
            ("成功(200)", Heading::Status(200)),
            ("修改于 2024-03-12 09:29:19", Heading::Tail),
        ] {
            assert_eq!(heading(line), Some(expected), "{line}");
        }
    }

    #[test]
    fn other_lines_announce_nothing() {
        for line in
            ["code", "Header", "200", "2024", "示例:", "Example of a task", "名单标识", "a (200)", "(200)"]
        {
            assert_eq!(heading(line), None, "{line}");
        }
    }

    #[test]
    fn the_day_is_read() {
        assert_eq!(modified("修改于 2024-03-12 09:29:19"), Some("2024-03-12"));
        assert_eq!(modified("Last modified: 2024-03-12"), Some("2024-03-12"));
        assert_eq!(modified("Modified at 2024-03-12 09:29:19"), Some("2024-03-12"));
        assert_eq!(modified("modified at noon, or never"), None);
    }

    #[test]
    fn labels_take_the_rest_of_their_line() {
        assert_eq!(label("默认值:"), Some((Label::Default, "")));
        assert_eq!(label("Default: 2"), Some((Label::Default, "2")));
        assert_eq!(label("示例值：wd-1"), Some((Label::Example, "wd-1")));
        assert_eq!(label(">= 1 characters"), Some((Label::Limit, ">= 1 characters")));
        assert_eq!(label("Default of the account"), None);
    }
}
