//! What the library and its tests depend on has a licence that its users can live with.

use std::process::Command;

use serde_json::Value;
use spdx::{Expression, LicenseReq};

use super::root;

/// Licences that ask for no more than to be mentioned.
const ALLOWED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// What a program prints in the folder of the repository.
fn output(program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    let output = command
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_dependency_has_a_licence_that_is_allowed() {
    let host = output("rustc", &["-vV"]);
    let host = host.lines().find_map(|line| line.strip_prefix("host: "));
    let filter = ["--filter-platform", host.unwrap()];
    let format = [
        "metadata",
        "--format-version=1",
        "--offline",
        "--all-features",
    ];
    let metadata = output("cargo", &[&format[..], &filter].concat());
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100, "{}", packages.len());
    for package in packages
        .iter()
        .filter(|package| !package["source"].is_null())
    {
        let name = &package["name"];
        let licence = package["license"]
            .as_str()
            .unwrap_or_else(|| panic!("{name} has none"));
        // Older crates write a slash for "or".
        let licence = Expression::parse(&licence.replace('/', " OR ")).unwrap();
        let is_allowed = |wanted: &LicenseReq| {
            let id = wanted.license.id();
            id.is_some_and(|id| ALLOWED.contains(&id.name))
        };
        assert!(licence.evaluate(is_allowed), "{name}: {licence}");
    }
}
