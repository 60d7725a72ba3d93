// What a reader of the exported markdown follows: references in the text, and the entries they lead to.

/** The anchor that GitHub makes of a heading. */
const anchor = (heading) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");

/** Text and front matter apart. */
export function parts(markdown) {
  const [, front, body] = markdown.match(/^---\n([^]*?)\n---\n([^]*)$/) ?? [];
  if (body === undefined) throw new Error("no front matter");
  return { front, body };
}

/** References (`E3`) of a text that lead nowhere. */
export function dangling(body) {
  const headings = new Set([...body.matchAll(/^#+ (.*)$/gm)].map(([, words]) => anchor(words)));
  return references(body).filter(([, target]) => !headings.has(target)).map(([name]) => name);
}

/** All references of a text with the anchors they name. */
export const references = (body) => [...body.matchAll(/\[(E\d+)\]\(#([^)]+)\)/g)].map(([, name, target]) => [name, target]);

/** The evidence index: per entry its file, first line, digest and quoted lines. */
export function index(body) {
  const entry = /^### (E\d+)\n\n\*\*(.*?)\*\* · \D*([\d,]+)[^\n]* · SHA-256 ([0-9a-f]{64})\n\n```+text\n([^]*?)\n```/gm;
  return [...body.matchAll(entry)].map(([, name, path, line, digest, quoted]) => ({
    name,
    path: path.replace(/\\(.)/g, "$1"),
    line: Number(line.replaceAll(",", "")),
    digest,
    quoted,
  }));
}
