//! The list of all that is in a release, as CycloneDX 1.5 in JSON: what scanners for known
//! vulnerabilities read.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::parts::{Part, parts};

/// The list of this version's parts.
pub fn of(version: &str) -> Result<String> {
    let parts = parts()?;
    let own = parts.get(&("sunset".to_owned(), version.to_owned()));
    let own = own.context("sunset is not part of itself")?;
    let others = parts.values().filter(|part| part.name != own.name);
    let dependencies = parts.values().map(|part| {
        let needs = part.needs.iter().map(|(name, version)| purl(name, version));
        json!({
            "ref": purl(&part.name, &part.version),
            "dependsOn": needs.collect::<Vec<_>>(),
        })
    });
    let list = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": component(own, "application") },
        "components": others.map(|part| component(part, "library")).collect::<Vec<_>>(),
        "dependencies": dependencies.collect::<Vec<_>>(),
    });
    Ok(serde_json::to_string_pretty(&list)? + "\n")
}

fn component(part: &Part, kind: &str) -> Value {
    let purl = purl(&part.name, &part.version);
    let mut component = json!({
        "type": kind,
        "bom-ref": purl,
        "name": part.name,
        "version": part.version,
        "purl": purl,
    });
    if let Some(license) = &part.license {
        // Some crates still write the "or" of old.
        let expression = license.replace('/', " OR ");
        component["licenses"] = json!([{ "expression": expression }]);
    }
    if let Some(description) = &part.description {
        component["description"] = description.trim().into();
    }
    if let Some(sum) = &part.sum {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
    }
    component
}

fn purl(name: &str, version: &str) -> String {
    // A version may have build metadata, whose + means a blank in an address.
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_list_has_every_part_of_the_server_and_of_the_browser_part_and_nothing_else() {
        let version = crate::release::version().unwrap();
        let list: Value = serde_json::from_str(&of(&version).unwrap()).unwrap();
        assert_eq!(list["metadata"]["component"]["version"], *version);
        let components = list["components"].as_array().unwrap();
        let names: BTreeSet<&str> = components
            .iter()
            .map(|it| it["name"].as_str().unwrap())
            .collect();
        for name in ["axum", "libsqlite3-sys", "sqlx", "ring", "gloo-timers"] {
            assert!(names.contains(name), "{name} is missing");
        }
        for name in ["proptest", "xtask", "lightningcss", "sunset"] {
            assert!(!names.contains(name), "{name} is not in a release");
        }
        let refs: BTreeSet<&str> = components
            .iter()
            .map(|it| it["bom-ref"].as_str().unwrap())
            .collect();
        assert_eq!(refs.len(), components.len(), "a part is there twice");
        for component in components {
            let name = &component["name"];
            assert!(component["licenses"].is_array(), "{name} has no license");
            let sum = component["hashes"][0]["content"].as_str().unwrap();
            assert_eq!(sum.len(), 64, "{name}");
        }
        for dependency in list["dependencies"].as_array().unwrap() {
            for need in dependency["dependsOn"].as_array().unwrap() {
                assert!(refs.contains(need.as_str().unwrap()), "{need} is missing");
            }
        }
    }
}
