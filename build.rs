//! A release build carries the web app inside, so it stops when there is none. It never builds the app itself: that would
//! start npm in every check and editor.

use std::io::Write as _;
use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=web/dist");
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    if release && !Path::new(&root).join("web/dist/index.html").exists() {
        let _ = std::io::stderr().write_all(
            b"\nA release build contains the web app, and web/dist is not there. Build it first:\n\n    make web\n\n",
        );
        std::process::exit(1);
    }
}
