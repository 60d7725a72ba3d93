// The built site, served by `xtask serve-only`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Port of the server that all specs share; `DEBRIEF_E2E_PORT` names another one, where this one is taken. */
export const SITE_PORT = Number(process.env.DEBRIEF_E2E_PORT ?? 4319);

/**
 * Starts a server of its own, for a spec that takes it away again or wants another path.
 * @param {string} base path of the site, `/` at both ends
 * @param {string} dir folder of the site
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startSite(base = "/", dir = "dist") {
  const [program, ...args] = process.env.DEBRIEF_XTASK
    ? [process.env.DEBRIEF_XTASK]
    : ["cargo", "run", "--quiet", "--package", "xtask", "--"];
  const server = spawn(program, [...args, "serve-only", "--port", "0", "--base", base, "--dir", dir], {
    cwd: new URL("../..", import.meta.url),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(server, "exit");
  for await (const line of createInterface({ input: server.stdout })) {
    const url = line.match(/http:\S+/)?.[0];
    if (url) return { url, stop: async () => void (server.kill(), await ended) };
  }
  throw new Error("the server ended before it said its address");
}
