//! The crates that a release is made of: those that are compiled into the server, and those
//! that are compiled into the browser part. What only builds or tests is not among them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::command::{cargo, output};
use crate::{paths, tools};

/// A crate, and what it is made of.
pub struct Part {
    pub name: String,
    pub version: String,
    pub license: Option<String>,
    pub description: Option<String>,
    /// SHA-256 of what the registry gave out; none for our own.
    pub sum: Option<String>,
    /// The crates that it is compiled with, by name and version.
    pub needs: BTreeSet<(String, String)>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Need>,
}

#[derive(Deserialize)]
struct Need {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    /// None for what is compiled in.
    kind: Option<String>,
}

/// All parts of the server and of the browser part, by name and version.
pub fn parts() -> Result<BTreeMap<(String, String), Part>> {
    let host = output(std::process::Command::new("rustc").arg("-vV"))?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.context("rustc does not name its host")?;
    let sums = sums()?;
    let mut all = BTreeMap::new();
    for (features, target) in [("ssr", host), ("hydrate", tools::WASM)] {
        let metadata = output(
            cargo()
                .args(["metadata", "--format-version=1", "--locked"])
                .args(["--no-default-features", "--features", features])
                .args(["--filter-platform", target]),
        )?;
        collect(&serde_json::from_str(&metadata)?, &sums, &mut all)?;
    }
    Ok(all)
}

fn collect(
    metadata: &Metadata,
    sums: &BTreeMap<(String, String), String>,
    all: &mut BTreeMap<(String, String), Part>,
) -> Result<()> {
    let packages = metadata.packages.iter();
    let packages: BTreeMap<&str, &Package> = packages.map(|it| (&*it.id, it)).collect();
    let nodes = metadata.resolve.nodes.iter();
    let nodes: BTreeMap<&str, &Node> = nodes.map(|it| (&*it.id, it)).collect();
    let key = |id: &str| {
        let package = packages.get(id).context("a crate without a description")?;
        Ok::<_, anyhow::Error>((package.name.clone(), package.version.clone()))
    };
    let own = metadata.packages.iter().find(|it| it.name == "sunset");
    let mut waiting = vec![
        own.context("sunset is not in its own workspace")?
            .id
            .as_str(),
    ];
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        let package = packages[id];
        let (name, version) = key(id)?;
        let mut needs = BTreeSet::new();
        for need in &nodes[id].deps {
            if need.dep_kinds.iter().any(|kind| kind.kind.is_none()) {
                needs.insert(key(&need.pkg)?);
                waiting.push(&need.pkg);
            }
        }
        let key = (name.clone(), version.clone());
        let part = all.entry(key.clone()).or_insert_with(|| Part {
            name,
            version,
            license: package.license.clone(),
            description: package.description.clone(),
            sum: sums.get(&key).cloned(),
            needs: BTreeSet::new(),
        });
        part.needs.extend(needs);
    }
    Ok(())
}

/// What Cargo.lock has on record of each crate of a registry.
fn sums() -> Result<BTreeMap<(String, String), String>> {
    let lock = fs::read_to_string(paths::root().join("Cargo.lock"))?;
    let mut sums = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let value = |name: &str| {
            let start = format!("{name} = \"");
            let mut lines = package.lines();
            let line = lines.find_map(|line| line.strip_prefix(&start))?;
            Some(line.trim_end_matches('"').to_owned())
        };
        if let (Some(name), Some(version), Some(sum)) =
            (value("name"), value("version"), value("checksum"))
        {
            sums.insert((name, version), sum);
        }
    }
    Ok(sums)
}
