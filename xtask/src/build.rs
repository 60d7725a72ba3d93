//! The release build of the site.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::run::{command, root, run};

/// Builds page and worker into `dist/`; Trunk calls `post-build` at its end.
pub fn release_site() -> Result {
    println!("build: release site into dist/ (the first one compiles every dependency) …");
    // Trunk reads NO_COLOR as a boolean and refuses the usual "1".
    let mut trunk = command("trunk");
    trunk.args(["build", "--release"]).env_remove("NO_COLOR");
    // See `rustc`.
    trunk.env("RUSTC_WRAPPER", env::current_exe().map_err(|error| error.to_string())?);
    run(without_paths(&mut trunk))
}

/// What is published names no folder of the machine it was built on (panic texts would), so it is the same from any folder. Cargo adds
/// this variable to the flags of `.cargo/config.toml`, where `RUSTFLAGS` would replace them; development builds keep real paths.
fn without_paths(build: &mut Command) -> &mut Command {
    const FLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";
    let given = env::var(FLAGS).into_iter();
    let flags: Vec<String> = given.chain(remaps(&cargo_home(), root())).collect();
    build.env(FLAGS, flags.join(" "))
}

/// The flags that rename the folders. The variable is split at spaces: a folder with one keeps its name.
fn remaps(cargo_home: &Path, root: &Path) -> Vec<String> {
    let folders = [(cargo_home.join("registry/src"), "/registry"), (root.to_path_buf(), "/debrief")];
    let whole = folders.into_iter().filter(|(folder, _)| !folder.to_string_lossy().contains(char::is_whitespace));
    whole.map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display())).collect()
}

fn cargo_home() -> PathBuf {
    let home = || Path::new(&env::var_os("HOME").unwrap_or_default()).join(".cargo");
    env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::remaps;
    use std::path::Path;

    #[test]
    fn folders_are_renamed_unless_the_flag_would_break() {
        let flags = remaps(Path::new("/home/a/.cargo"), Path::new("/src/my debrief"));
        assert_eq!(flags, ["--remap-path-prefix=/home/a/.cargo/registry/src=/registry"]);
    }
}
