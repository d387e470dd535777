//! The package in `examples/build_script`. The test builds a copy of it with other pages, without
//! TLS (which a sandbox does not have) and with this repository's lock file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use yourgpt_sandbox::{API_TOKEN, OTHER_PROJECT_UID, PROJECT_UID, Sandbox};

use crate::program::Outcome;

struct Package {
    folder: PathBuf,
}

impl Package {
    fn copy() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let source = root.join("examples/build_script");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build_script");
        let _ = fs::remove_dir_all(&folder);
        for file in ["build.rs", "src/main.rs"] {
            let copy = folder.join(file);
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(source.join(file), copy).unwrap();
        }
        fs::create_dir(folder.join("pages")).unwrap();
        for page in fs::read_dir(source.join("pages")).unwrap() {
            let page = page.unwrap();
            fs::copy(page.path(), folder.join("pages").join(page.file_name())).unwrap();
        }
        let manifest = fs::read_to_string(source.join("Cargo.toml")).unwrap();
        let at_root = format!("path = {root:?}, default-features = false");
        let changed = manifest.replace("path = \"../..\"", &at_root);
        assert_ne!(changed, manifest);
        fs::write(folder.join("Cargo.toml"), changed).unwrap();
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        Self { folder }
    }

    /// Builds the copy with these environment variables.
    fn build(&self, variables: &[(&str, &str)]) -> Outcome {
        let mut command = Command::new(env!("CARGO"));
        command.args(["build", "--offline", "--color", "never", "--target-dir"]);
        command.arg(self.target()).current_dir(&self.folder);
        command.env("CARGO_PROFILE_DEV_DEBUG", "0");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("YOURGPT_") {
                command.env_remove(name);
            }
        }
        let output = command.envs(variables.iter().copied()).output().unwrap();
        Outcome {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The target directory. It is outside of the copy, so that the next test run can reuse it.
    fn target(&self) -> PathBuf {
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("build_script_target")
    }
}

#[test]
fn a_page_without_an_answer_fails_the_build() {
    let package = Package::copy();
    let builds = |variables: &[(&str, &str)]| {
        let outcome = package.build(variables);
        assert_eq!(outcome.code, Some(0), "{outcome:?}");
        outcome.stderr
    };
    let fails = |variables: &[(&str, &str)]| {
        let outcome = package.build(variables);
        assert_eq!(outcome.code, Some(101), "{outcome:?}");
        outcome.stderr
    };

    let skipped = builds(&[]);
    let reason = "the product pages are not checked: YOURGPT_PROJECT_UID is not set";
    assert!(skipped.contains(reason), "{skipped}");

    let sandbox = Sandbox::start().unwrap();
    let url = ("YOURGPT_BASE_URL", &*sandbox.base_url());
    let project = ("YOURGPT_PROJECT_UID", PROJECT_UID);
    let token = ("YOURGPT_API_TOKEN", API_TOKEN);
    let skipped = builds(&[url, project]);
    assert!(
        skipped.contains("YOURGPT_API_TOKEN is not set"),
        "{skipped}"
    );
    let checked = builds(&[url, project, token]);
    assert!(!checked.contains("not checked"), "{checked}");

    let croissant = package.folder.join("pages/croissant.md");
    fs::write(croissant, "# Croissant\n").unwrap();
    let failed = fails(&[url, project, token]);
    let error = "pages/croissant.md (Croissant) has no answer in the knowledge base";
    assert!(failed.contains(error), "{failed}");
    assert!(!failed.contains("sourdough.md"), "{failed}");
    sandbox.teach("Are the croissants made with butter?", "With nothing else.");
    builds(&[url, project, token]);

    let elsewhere = ("YOURGPT_PROJECT_UID", OTHER_PROJECT_UID);
    let failed = fails(&[url, elsewhere, token]);
    for page in [
        "birthday-cake",
        "croissant",
        "gluten-free-bread",
        "sourdough",
    ] {
        assert!(failed.contains(&format!("pages/{page}.md (")), "{failed}");
    }
    let refused = fails(&[url, project, ("YOURGPT_API_TOKEN", "api-v1-wrong")]);
    assert!(refused.contains("cannot be checked: getProjectText: refused with status 401"));
    assert!(!refused.contains("api-v1-wrong"), "{refused}");

    for seed in 0..2 {
        let odd = Sandbox::builder().odd_types(seed).start().unwrap();
        let failed = fails(&[("YOURGPT_BASE_URL", &odd.base_url()), project, token]);
        assert!(failed.contains("croissant.md (Croissant) has no answer"));
        assert!(!failed.contains("checked"), "{failed}");
    }

    drop(sandbox);
    let skipped = builds(&[url, project, token]);
    let reason = "the product pages are not checked: getProjectText: no connection";
    assert!(skipped.contains(reason), "{skipped}");

    // Cargo stores the values of the variables that a build script names.
    let kept = files(&package.target());
    assert!(!kept.is_empty());
    for file in kept {
        let bytes = fs::read(&file).unwrap();
        let mut parts = bytes.windows(API_TOKEN.len());
        let holds_token = parts.any(|part| part == API_TOKEN.as_bytes());
        assert!(!holds_token, "{} holds the token", file.display());
    }
}

/// The files in which cargo stores what a build depended on and what a build script printed.
fn files(target: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![
        target.join("debug/.fingerprint"),
        target.join("debug/build"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let is_text = entry.metadata().unwrap().len() < 1 << 16;
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                false if is_text => files.push(entry.path()),
                false => {}
            }
        }
    }
    files
}
