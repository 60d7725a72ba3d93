// The browser of the machine: Playwright's own downloads are not needed and not used.
import { existsSync } from "node:fs";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Path or name of Chromium; `DEBRIEF_CHROMIUM` names another. */
export function chromiumPath() {
  const named = process.env.DEBRIEF_CHROMIUM;
  const found = [named, ...PLACES].find((path) => path?.startsWith("/") && existsSync(path));
  if (!found) throw new Error("No Chromium found: run `cargo xtask setup`, or name one in DEBRIEF_CHROMIUM");
  return found;
}

/** Keeps the browser itself from talking to anyone, so that a foreign request is ours. */
export const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
