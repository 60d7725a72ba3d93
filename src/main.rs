//! Bin `page`: mounts the page. Natively an empty program, so that `cargo build` needs no browser crates.

#[cfg(target_arch = "wasm32")]
mod app;

fn main() {
    #[cfg(target_arch = "wasm32")]
    app::mount();
}
