//! The release build of the site.

use crate::Result;
use crate::run::{command, run};

/// Builds page and worker into `dist/`; Trunk calls `post-build` at its end.
pub fn release_site() -> Result {
    println!("build: release site into dist/ (the first one compiles every dependency) …");
    // Trunk reads NO_COLOR as a boolean and refuses the usual "1".
    run(command("trunk").args(["build", "--release"]).env_remove("NO_COLOR"))
}
