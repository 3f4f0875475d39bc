//! Path, method and title; how the operation is known, and as of when.

use super::Run;
use crate::document::Pointer;
use crate::model::Evidence;
use crate::vendor::difference::{Difference, Fix};
use crate::vendor::endpoint::{Endpoint, Home, Spot};
use crate::vendor::find::is_chinese;

impl Run<'_> {
    /// Path, method and title.
    pub(super) fn head(&mut self, ours: &Endpoint) {
        let item = || {
            let pointer = self.known.home.pointer.as_str().rsplit_once('/').map_or("", |(item, _)| item);
            Home { document: self.known.home.document, pointer: Pointer::parse(pointer) }
        };
        if let (Some(said), Some(path)) = (&self.page.endpoint.path, &ours.path)
            && said.value != path.value
        {
            let message = format!("the path is `{}` on the page, `{}` here", said.value, path.value);
            let fix = Fix::Rename { item: item(), key: said.value.clone() };
            let difference = Difference::new("path-changed", &path.spot, &said.spot, message);
            self.add(difference.with_fix(fix));
        }
        if let (Some(said), Some(method)) = (&self.page.endpoint.method, &ours.method)
            && said.value != method.value
        {
            let message = format!("the method is {} on the page, {} here", said.value, method.value);
            let fix = Fix::Rename { item: self.known.home.clone(), key: said.value.to_lowercase() };
            let difference = Difference::new("method-changed", &method.spot, &said.spot, message);
            self.add(difference.with_fix(fix).with_hint("say in `x-effect` whether it may be sent twice"));
        }
        self.title(ours);
    }

    /// A title is compared with titles in its language only: of many pages one language is known.
    pub(super) fn title(&mut self, ours: &Endpoint) {
        let Some(said) = &self.page.endpoint.title else { return };
        if self.known.has_title(&said.value) || (is_chinese(&said.value) && !self.known.has_chinese_title()) {
            return;
        }
        let spot = self.vendor_spot("title", ours);
        let message = format!("the title of the page is `{}`", said.value);
        let difference = Difference::new("title-changed", &spot, &said.spot, message);
        self.add(if is_chinese(&said.value) {
            difference.by_hand("Chinese titles stand in `vendor-nav.yaml`")
        } else {
            difference
                .with_fix(self.vendor_fix("title", said.value.clone()))
                .with_hint("`vendor-nav.yaml` names it too")
        });
    }

    pub(super) fn vendor_fix(&self, key: &'static str, value: String) -> Fix {
        Fix::Vendor { operation: self.known.home.clone(), key, value }
    }

    /// Where `x-vendor` says something, or else where the operation begins.
    pub(super) fn vendor_spot(&self, key: &str, ours: &Endpoint) -> Spot {
        let node = self.vendor.and_then(|vendor| vendor.get(key));
        node.map_or_else(|| ours.spot.clone(), |node| Spot { span: node.span, ..ours.spot.clone() })
    }

    /// How the operation is known, and as of when.
    pub(super) fn provenance(&mut self, ours: &Endpoint) {
        let page =
            self.page.endpoint.title.as_ref().map_or(&self.page.endpoint.spot, |title| &title.spot).clone();
        if self.evidence != Some(Evidence::Documented) {
            let spot = self.vendor_spot("evidence", ours);
            let mut difference = Difference::new(
                "evidence",
                &spot,
                &page,
                "the page was read, so the operation is documented",
            )
            .with_hint("read its description again: it may still call a fact a guess")
            .with_fix(self.vendor_fix("evidence", "documented".to_owned()));
            if self.evidence == Some(Evidence::Observed) {
                for schema in std::mem::take(&mut self.unlisted) {
                    difference =
                        difference.with_fix(Fix::Evidence { schema, evidence: Some(Evidence::Observed) });
                }
            }
            self.add(difference);
        }
        let Some(said) = &self.page.endpoint.modified else { return };
        let noted = self.vendor.and_then(|vendor| vendor.get("modified")?.as_str());
        let spot = self.vendor_spot("modified", ours);
        match noted.map(|noted| noted.cmp(said.value.as_str())) {
            Some(std::cmp::Ordering::Equal) => {}
            Some(std::cmp::Ordering::Greater) => {
                let message = format!("the page is of {}, older than the one that was read", said.value);
                let difference = Difference::new("page-older", &spot, &said.spot, message).warning();
                self.add(difference.with_hint("fetch the page again; nothing is written from an older one"));
            }
            Some(std::cmp::Ordering::Less) | None => {
                let message = match noted {
                    Some(noted) => format!("the page was changed on {}, last read as of {noted}", said.value),
                    None => format!("the page was changed on {}, which is not noted", said.value),
                };
                let fix = self.vendor_fix("modified", said.value.clone());
                self.add(Difference::new("page-newer", &spot, &said.spot, message).with_fix(fix));
            }
        }
    }
}
