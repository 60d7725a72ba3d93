// Starts Debrief. A file of its own, because the CSP allows no inline script; Trunk hashes it and adds its integrity.
//
// Gives the app four things on `window`:
//   debriefSpawnWorker(name)   a new Worker that runs the engine ("worker"), the desk ("desk") or the unpacker ("unpack"); call again after
//                              a crash or to free its memory
//   debriefStartFailed(error)   repairs what is kept of the page, or says that it could not start
//   "debrief-update"       an event: a new version waits (also <html data-update="ready">, for whoever listens late)
//   debriefApplyUpdate()   takes that version and reloads this tab; only ever called by a person's click

// Before anything else: under `require-trusted-types-for 'script'` every sink goes through here. There is no way to set HTML at all.
globalThis.trustedTypes?.createPolicy("default", {
  createScriptURL(url) {
    if (new URL(url, document.baseURI).origin !== location.origin) throw new TypeError("refused");
    return url;
  },
});

const meta = (name) => document.querySelector(`meta[name="${name}"]`).content.split(" ");
const absolute = (path) => new URL(path, document.baseURI).href;

// Runs inside the worker, from its own source text: a worker started from a Blob inherits this page's CSP, one started from an address
// would not. Messages that arrive before the engine is up wait in order; the engine's main sets `self.onmessage` and nothing else.
function bootWorker(js, wasm, integrity, reader, ahead) {
  self.trustedTypes?.createPolicy("default", {
    createScriptURL(url) {
      if (![js, reader, ahead].includes(url)) throw new TypeError("refused");
      return url;
    },
  });
  // The engine starts the workers that read for it.
  if (reader) self.debriefSpawnReader = () => new Worker(reader, { name: "debrief reader" });
  // And they have large files read ahead for them.
  if (ahead) self.debriefSpawnAhead = () => new Worker(ahead, { name: "debrief ahead" });
  const waiting = [];
  const wait = (event) => waiting.push(event);
  self.onmessage = wait;
  importScripts(js);
  wasm_bindgen({ module_or_path: fetch(wasm, { integrity }) }).then(
    () => {
      const handle = self.onmessage;
      self.onmessage = wait;
      // In a task of its own: a panic inside a promise would be an unhandled rejection, which `worker.onerror` never hears of.
      setTimeout(() => {
        self.onmessage = handle;
        for (const event of waiting.splice(0)) handle.call(self, event);
      });
    },
    (error) =>
      setTimeout(() => {
        throw error;
      }),
  );
}

// Runs in a worker, too, beside what bootWorker starts there: answers a number, a file and a range with the number, the range's bytes, or nothing
// where they cannot be read, and what is found in them. No file means the last one, where the last range ended. A stream that fills the
// buffer that was sent along reads three times as fast as FileReaderSync; where a browser has none that takes buffers, the range is read at once.
function readAhead() {
  let file, stream, turn;
  const read = async ([number, next, from, to, buffer]) => {
    let bytes, seen;
    try {
      if (next) {
        file = next;
        stream?.cancel().catch(() => {});
        stream = 0;
        try {
          stream = file.slice(from).stream().getReader({ mode: "byob" });
        } catch {}
      }
      if (stream) {
        const length = to - from;
        if (!(buffer?.byteLength >= length)) buffer = new ArrayBuffer(length);
        for (let n = 0; n < length; ) {
          const { done, value } = await stream.read(new Uint8Array(buffer, n, length - n));
          if (done) throw done;
          buffer = value.buffer;
          n += value.byteLength;
        }
        bytes = new Uint8Array(buffer, 0, length);
      } else bytes = new Uint8Array(await file.slice(from, to).arrayBuffer());
      seen = wasm_bindgen.scout(bytes, from);
    } catch {}
    self.postMessage([number, bytes, seen], [bytes, seen].flatMap((it) => it?.buffer ?? []));
  };
  self.onmessage = ({ data }) => (turn = Promise.resolve(turn).then(() => read(data)));
}

const scriptUrl = (script) => URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
const workerUrls = {};
const workerUrl = (name) => {
  if (!workerUrls[name]) {
    const [js, wasm, integrity] = meta(`debrief-${name}`);
    const args = [absolute(js), absolute(wasm), integrity];
    if (name === "worker") args.push(workerUrl("reader"));
    const script = (more = "") => scriptUrl(`(${bootWorker})(...${JSON.stringify(args)});${more}`);
    if (name === "reader") args.push(0, script(`(${readAhead})()`));
    workerUrls[name] = script();
  }
  return workerUrls[name];
};
globalThis.debriefSpawnWorker = (name) => new Worker(workerUrl(name), { name: `debrief ${name}` });

async function startApp() {
  const [js, wasm] = meta("debrief-page").map(absolute);
  // The preload carries the integrity but does not enforce it for wasm; fetch does, and takes the preloaded bytes.
  const preload = [...document.querySelectorAll("link[rel=preload][as=fetch]")].find((link) => link.href === wasm);
  const bytes = fetch(wasm, { integrity: preload?.integrity ?? "" });
  // Reported below, where it is awaited.
  bytes.catch(() => {});
  const page = await import(js);
  await page.default({ module_or_path: bytes });
}

// A half-written cache must not lock a person out: once per tab, drop it and load from the network. The saved case is not touched.
async function repair() {
  if (!navigator.serviceWorker?.controller || sessionStorage.getItem("debrief-repaired")) return false;
  const online = await fetch(absolute("sw.js"), { cache: "no-store" }).then((answer) => answer.ok, () => false);
  if (!online) return false;
  sessionStorage.setItem("debrief-repaired", "1");
  const registration = await navigator.serviceWorker.getRegistration();
  await registration?.unregister();
  const prefix = `debrief ${absolute("./")} `;
  for (const key of await caches.keys()) if (key.startsWith(prefix)) await caches.delete(key);
  location.reload();
  return true;
}

function showFailure(error) {
  const state = document.getElementById("boot-state");
  if (!state) return;
  state.textContent = `Debrief could not start. A current Chrome, Edge, Firefox or Safari is needed. Debrief 无法启动，请使用较新版本的浏览器。 (${error})`;
  state.setAttribute("role", "alert");
}

async function keepOffline() {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register("sw.js", { updateViaCache: "none" });
  const announce = () => {
    document.documentElement.dataset.update = "ready";
    dispatchEvent(new Event("debrief-update"));
  };
  const watch = (worker) =>
    worker?.addEventListener("statechange", () => {
      // Without a controller it is the first visit, not an update.
      if (worker.state === "installed" && navigator.serviceWorker.controller) announce();
    });
  if (registration.waiting && navigator.serviceWorker.controller) announce();
  watch(registration.installing);
  registration.addEventListener("updatefound", () => watch(registration.installing));

  globalThis.debriefApplyUpdate = () => {
    // Another tab may have taken it already: then a reload is all that is left to do.
    if (!registration.waiting) return location.reload();
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting.postMessage("take-over");
  };
}

globalThis.debriefStartFailed = async (error) => {
  console.error(error);
  if (!(await repair().catch(() => false))) showFailure(error);
};
await startApp().catch(debriefStartFailed);
keepOffline().catch((error) => console.warn("Debrief will not open offline:", error));
