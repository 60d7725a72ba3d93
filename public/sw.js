// Keeps Debrief working without a network. `cargo xtask post-build` fills in the two constants; nothing here is app code.
//
// Assumptions: every file of a release is listed and cached before the release is used, and a release is used whole: a page never meets
// another release's wasm. So the page comes from the cache too, and a new release waits until a person takes it (boot.js). What people
// saved lives in IndexedDB and is never touched here.

const VERSION = "";
const FILES = [];

const PREFIX = `debrief ${registration.scope} `; // Sub-paths of one origin share the caches: each keeps to its own.
const CACHE = PREFIX + VERSION;
const HASHED = /-[0-9a-f]{8,16}[._/]/;

async function install() {
  const cache = await caches.open(CACHE);
  await Promise.all(
    FILES.map(async (file) => {
      // A hashed name means the same bytes: take them from the last release or the HTTP cache. The others must be fresh.
      const hashed = HASHED.test(file);
      const answer = (hashed && (await caches.match(file))) || (await fetch(file, { cache: hashed ? "default" : "reload" }));
      if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
      await cache.put(file, answer);
    }),
  );
}

async function dropOldReleases() {
  for (const key of await caches.keys()) if (key.startsWith(PREFIX) && key !== CACHE) await caches.delete(key);
  await clients.claim();
}

async function answer(request) {
  const cache = await caches.open(CACHE);
  const wanted = request.mode === "navigate" ? "./" : request;
  return (await cache.match(wanted, { ignoreSearch: true })) ?? fetch(request);
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(dropOldReleases()));
addEventListener("message", (event) => event.data === "take-over" && skipWaiting());
addEventListener("fetch", (event) => {
  const { request } = event;
  // sw.js itself is asked for by repair() to learn whether there is a network.
  if (request.method === "GET" && request.url.startsWith(registration.scope) && request.cache !== "no-store") {
    event.respondWith(answer(request));
  }
});
