//! The layout of a page: what its lines say of the request.

use std::rc::Rc;

use super::endpoint::{Endpoint, In, Parameter, Part, Said, Shape, Spot};
use super::lines::Line;
use super::words::{self, Heading};
use super::{fields, nesting, sample};

/// The request that the lines describe, and what could not be read of it; nothing where they describe none.
pub fn read(file: &Rc<str>, lines: &[Line]) -> Option<(Endpoint, Vec<Said<String>>)> {
    let head = Head::find(lines)?;
    let spot = |line: &Line| Spot { file: Rc::clone(file), span: line.span() };
    let mut page = Page {
        file,
        endpoint: head.endpoint(&spot),
        faults: Vec::new(),
        target: Target::Nothing,
        is_tab: false,
    };
    let mut rest = lines.get(head.end..).unwrap_or_default();
    let mut section = Heading::Request;
    while !rest.is_empty() {
        let next = rest.iter().position(|line| words::heading(&line.text).is_some());
        let (body, after) = rest.split_at_checked(next.unwrap_or(rest.len()))?;
        page.section(&section, body);
        let [line, more @ ..] = after else { break };
        section = words::heading(&line.text)?;
        page.begin(&section, line);
        rest = more;
    }
    page.endpoint.modified = lines.iter().rev().find_map(|line| {
        let day = words::modified(&line.text)?;
        Some(Said { value: day.replace('/', "-"), spot: spot(line) })
    });
    for part in [&mut page.endpoint.body, &mut page.endpoint.answer].into_iter().flatten() {
        part.nest(None);
    }
    Some((page.endpoint, page.faults))
}

/// Title, method and address.
struct Head<'a> {
    title: Option<&'a Line>,
    method: (&'a Line, usize),
    path: Option<Line>,
    /// Behind the last line of these.
    end: usize,
}

const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

impl<'a> Head<'a> {
    /// The first method with an address; the navigation beside a page shows methods too, but no addresses. A callback
    /// has no address: it is the last method before the tables.
    fn find(lines: &'a [Line]) -> Option<Self> {
        let tables = lines.iter().position(|line| {
            matches!(
                words::heading(&line.text),
                Some(Heading::Request | Heading::Parameters(_) | Heading::Body(_) | Heading::Answers)
            )
        });
        let methods =
            || lines.iter().enumerate().filter_map(|(at, line)| Some((at, line, method(&line.text)?)));
        let with_path = methods().find_map(|(at, line, length)| {
            let rest: String = line.text.chars().skip(length).collect();
            if !rest.is_empty() {
                let start = crate::document::Position { column: line.start.column + length, ..line.start };
                return Some((at, line, length, Line::new(&rest, start)?, at + 1));
            }
            let next = lines.get(at + 1).filter(|next| is_address(&next.text))?;
            Some((at, line, length, next.clone(), at + 2))
        });
        let (at, line, length, path, end) = match with_path {
            Some((at, line, length, path, end)) => (at, line, length, Some(path), end),
            None => {
                let before = tables?;
                let (at, line, length) =
                    methods().rfind(|(at, line, length)| *at < before && line.text.len() == *length)?;
                (at, line, length, None, at + 1)
            }
        };
        let title = lines.get(..at)?.iter().rev().find(|line| !words::is_badge(&line.text));
        Some(Self { title, method: (line, length), path, end })
    }

    fn endpoint(&self, spot: &dyn Fn(&Line) -> Spot) -> Endpoint {
        let (line, length) = self.method;
        let method: String = line.text.chars().take(length).collect();
        let at = spot(line);
        let said = |value: String, line: &Line| Said { value, spot: spot(line) };
        let method_spot = Spot { span: line.part(0, length), ..at.clone() };
        Endpoint {
            spot: at,
            title: self.title.map(|line| said(line.text.clone(), line)),
            method: Some(Said { value: method, spot: method_spot }),
            path: self.path.as_ref().and_then(|line| Some(said(path(&line.text)?, line))),
            modified: None,
            parameters: Vec::new(),
            body: None,
            answer: None,
        }
    }
}

/// The length of the method that the line begins with, when nothing or an address follows.
fn method(line: &str) -> Option<usize> {
    METHODS.iter().find_map(|method| {
        let rest = line.strip_prefix(method)?;
        (rest.is_empty() || is_address(rest.trim_start())).then_some(method.len())
    })
}

fn is_address(text: &str) -> bool {
    let is_one_word = !text.contains(char::is_whitespace);
    is_one_word
        && (text.starts_with('/')
            || text.starts_with("http://")
            || text.starts_with("https://")
            || text.starts_with("{{"))
}

/// The path of an address; one that is a variable of the integrator's has none.
fn path(address: &str) -> Option<String> {
    let behind_host = match address.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..))?,
        None => address.split_once("}}").map_or(address, |(_, rest)| rest),
    };
    let path = behind_host.split(['?', '#']).next()?;
    path.starts_with('/').then(|| path.to_owned())
}

/// What tables and examples belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Body,
    Answer,
    Nothing,
}

struct Page<'a> {
    file: &'a Rc<str>,
    endpoint: Endpoint,
    faults: Vec<Said<String>>,
    target: Target,
    /// Whether the last line named an answer: one that names another right behind it is a tab that was not open.
    is_tab: bool,
}

impl Page<'_> {
    fn part(&self, line: &Line, media: Option<String>) -> Part {
        let spot = Spot { file: Rc::clone(self.file), span: line.span() };
        Part {
            shape: Shape::any(spot.clone()),
            spot,
            media,
            examples: Vec::new(),
            table: Vec::new(),
            home: None,
        }
    }

    fn begin(&mut self, heading: &Heading, line: &Line) {
        match heading {
            Heading::Body(media) => {
                self.endpoint.body = Some(self.part(line, media.clone()));
                self.target = Target::Body;
            }
            Heading::Answers => self.target = Target::Nothing,
            Heading::Status(_) if self.is_tab => {}
            // The first good answer counts; others say how the service fails.
            Heading::Status(200..=299) if self.endpoint.answer.is_none() => {
                self.endpoint.answer = Some(self.part(line, None));
                self.target = Target::Answer;
            }
            Heading::Status(_) => self.target = Target::Nothing,
            _ => {}
        }
        self.is_tab = matches!(heading, Heading::Status(_));
    }

    fn target(&mut self) -> Option<&mut Part> {
        match self.target {
            Target::Body => self.endpoint.body.as_mut(),
            Target::Answer => self.endpoint.answer.as_mut(),
            Target::Nothing => None,
        }
    }

    fn section(&mut self, heading: &Heading, lines: &[Line]) {
        if lines.is_empty() {
            return;
        }
        self.is_tab = false;
        match heading {
            Heading::Parameters(place) => self.parameters(*place, lines),
            Heading::Body(_) | Heading::Status(_) => self.table(lines),
            Heading::Example => self.examples(lines),
            Heading::Request | Heading::Samples | Heading::Answers | Heading::Tail => {}
        }
    }

    fn parameters(&mut self, place: In, lines: &[Line]) {
        let (_, fields) = fields::read(self.file, lines);
        let fields = nesting::settle(fields);
        self.endpoint.parameters.extend(fields.into_iter().map(|field| Parameter { place, field }));
    }

    fn table(&mut self, lines: &[Line]) {
        let (root, fields) = fields::read(self.file, lines);
        let media = lines.iter().map(|line| line.text.as_str()).find(|text| text.starts_with("application/"));
        let media = media.map(str::to_owned);
        if let Some(part) = self.target() {
            part.media = part.media.take().or(media);
            if let Some(root) = root {
                part.shape = root;
            }
            part.table = fields;
        }
    }

    fn examples(&mut self, lines: &[Line]) {
        let (values, faults) = sample::read(self.file, lines);
        if let Some(part) = self.target() {
            part.examples.extend(values);
            self.faults.extend(faults);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::lines;

    fn page(text: &str) -> Endpoint {
        read(&"page.txt".into(), &lines::of_text(text)).unwrap().0
    }

    #[test]
    fn the_navigation_beside_a_page_is_passed_over() {
        let page = page(
            "List\nGET\nMake\nPOST\nTools\nMake a thing\n已发布\nPOST\nhttps://api.example.com/things?x=1\nRequest\n",
        );
        assert_eq!(page.title.unwrap().value, "Make a thing");
        assert_eq!(page.path.unwrap().value, "/things");
    }

    #[test]
    fn method_and_path_may_share_a_line() {
        let page = page("Make\nPOST /things\nRequest\n");
        assert_eq!(
            (page.method.unwrap().value.as_str(), page.path.as_ref().unwrap().value.as_str()),
            ("POST", "/things")
        );
        assert_eq!(page.path.unwrap().spot.span.start.column, 6);
    }

    #[test]
    fn a_callback_has_no_path() {
        let page = page(
            "Thing made\nPOST\nSent when a thing is made.\nBody Params application/json\nid\nstring\nrequired\n",
        );
        assert_eq!(page.title.unwrap().value, "Thing made");
        assert!(page.path.is_none());
        assert_eq!(page.body.unwrap().shape.fields.len(), 1);
    }

    #[test]
    fn answers_of_failures_are_passed_over() {
        let text = "Make\nPOST\n/things\nResponses\n🟢200OK\napplication/json\nBody\nid\nstring\n🟠400Bad\nerror\nstring\nExample\n{\"error\": \"x\"}\n";
        let answer = page(text).answer.unwrap();
        assert_eq!(answer.shape.fields.len(), 1);
        assert!(answer.examples.is_empty());
        assert_eq!(answer.media.as_deref(), Some("application/json"));
    }

    #[test]
    fn the_tab_that_is_open_is_the_first() {
        let text =
            "Make\nPOST\n/things\nResponses\n🟢200OK\n🟠400Bad\n🔴500Failed\napplication/json\nid\nstring\n";
        assert_eq!(page(text).answer.unwrap().shape.fields.len(), 1);
    }

    #[test]
    fn what_describes_no_request_is_no_page() {
        assert!(
            read(&"page.txt".into(), &lines::of_text("Quick start\nFirst get a token.\nGET ready.\n"))
                .is_none()
        );
    }
}
