//! The order in which packages can be published: each after those that it needs.

use cargo_metadata::{Dependency, DependencyKind, Package};

/// The packages in order, by name where there is a choice, and the names of those that need each other, so that none
/// of them can be the first.
pub(super) fn order(mut waiting: Vec<Package>) -> (Vec<Package>, Vec<String>) {
    waiting.sort_by(|one, other| one.name.cmp(&other.name));
    let mut ordered = Vec::with_capacity(waiting.len());
    while let Some(next) = waiting.iter().position(|package| !needs_any(package, &waiting)) {
        ordered.push(waiting.remove(next));
    }
    let ring = waiting.iter().map(|package| package.name.to_string()).collect();
    ordered.extend(waiting);
    (ordered, ring)
}

fn needs_any(package: &Package, others: &[Package]) -> bool {
    let needed = package.dependencies.iter().filter(|dependency| is_published(dependency));
    needed.into_iter().any(|needed| others.iter().any(|other| *other.name == needed.name))
}

/// Whether a dependency goes into the package: cargo leaves out what only tests need and no version is given for.
pub(super) fn is_published(dependency: &Dependency) -> bool {
    dependency.kind != DependencyKind::Development || dependency.req.to_string() != "*"
}
