// One large log, plain and in every compression, through the page in Chromium beside other tools on the same files in one run:
// `node bench/scale.js FILE [SITE]` prints a JSON object a file. Called by `cargo xtask scale`; SITE is the folder of the built site.
//
// FILE is packed by each tool at its own default, beside it, and the packed files are removed again. Rates refer to the bytes of the text.
// Of the page a second run is reported, when everything is compiled. `wc -l` counts lines (behind `zcat` and its like), lnav recognises and
// counts records, ripgrep counts lines with one rare word. A tool that the machine lacks, or that fails, is `null`.
import { spawnSync } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import { startMeasuring } from "../support/measure.js";
import { startSite } from "../support/site.js";

const PACKERS = [
  { ending: "", pack: null, cat: "cat" },
  { ending: ".gz", pack: ["gzip", "-kf"], cat: "zcat" },
  { ending: ".zst", pack: ["zstd", "-kfq"], cat: "zstdcat" },
  { ending: ".xz", pack: ["xz", "-kf"], cat: "xzcat" },
  { ending: ".bz2", pack: ["bzip2", "-kf"], cat: "bzcat" },
];
/** A word that few lines hold. */
const WORD = "newosproc";
const PATIENCE_MS = 600_000;

const [plain, dir = "dist"] = process.argv.slice(2);
const { size } = statSync(plain);

/** Seconds of a command and what it says; `null` where it is not there or fails. */
function timed(program, args) {
  const started = performance.now();
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", timeout: PATIENCE_MS, stdio: ["ignore", "pipe", "ignore"] });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) return null;
  const count = Number(stdout.match(/\d+/g)?.at(-1));
  return { seconds, mb_per_s: Math.round(size / 1e6 / seconds), count };
}

const site = await startSite("/", dir);
const chromium = await startMeasuring();
for (const { ending, pack, cat } of PACKERS) {
  const file = plain + ending;
  if (pack && spawnSync(pack[0], [...pack.slice(1), plain]).status !== 0) {
    console.log(JSON.stringify({ file: ending, bytes: size, packed: null }));
    continue;
  }
  const packed = statSync(file).size;
  const wc = ending ? timed("sh", ["-c", `${cat} "$0" | wc -l`, file]) : timed("wc", ["-l", file]);
  const lnav = timed("lnav", ["-n", "-c", ";SELECT count(*) FROM all_logs", file]);
  const ripgrep = timed("rg", ["--no-config", "-z", "-c", WORD, file]);
  let page;
  try {
    await chromium.read(site.url, file, size);
    page = await chromium.read(site.url, file, size);
  } catch (error) {
    page = { error: String(error).split("\n")[0] };
  }
  console.log(JSON.stringify({ file: ending || "plain", bytes: size, packed, page, wc, lnav, ripgrep }));
  if (pack) rmSync(file);
}
await chromium.stop();
await site.stop();
