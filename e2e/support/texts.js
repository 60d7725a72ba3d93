// The page's own texts, so that a spec names what people read and not how it is built.
import { readFileSync } from "node:fs";

const LANGS = ["en", "zh-CN"];
const MESSAGE = /^([a-z][a-z0-9-]*) = ?(.*(?:\n[ }].*)*)/gm;

const all = Object.fromEntries(
  LANGS.map((lang) => {
    const source = readFileSync(new URL(`../../locales/${lang}.ftl`, import.meta.url), "utf8");
    return [lang, new Map([...source.matchAll(MESSAGE)].map(([, id, text]) => [id, text.split(/\n {4}\.\w+ = /)]))];
  }),
);

/** The text of `id`; `help` of an attribute is `id.help`. Only for texts without variables: others are patterns. */
export function text(id, lang = "en") {
  const [name, attribute] = id.split(".");
  const found = all[lang].get(name)?.[attribute ? 1 : 0];
  if (found === undefined) throw new Error(`no text ${id} in ${lang}`);
  if (found.includes("{ $")) throw new Error(`${id} has variables: use pattern()`);
  return found.trim();
}

/** The text of `id`: its choices as alternatives, anything in place of its variables. */
export function pattern(id, lang = "en") {
  const found = all[lang].get(id)?.[0];
  if (found === undefined) throw new Error(`no text ${id} in ${lang}`);
  const source = found.trim().split(CHOICE).map((part, index) => (index % 2 ? variants(part) : filled(part))).join("");
  return new RegExp(source);
}

/** Captures the variants of `{ $count -> [one] … *[other] … }`; variables may stand in them. */
const CHOICE = /\{ \$[\w-]+ ->((?:[^{}]|\{[^{}]*\})*)\}/;

const variants = (part) => `(?:${part.split(/\n\s*\*?\[\w+\] /).slice(1).map((variant) => filled(variant.trim())).join("|")})`;

const filled = (part) =>
  part
    .split(/\{ \$[\w-]+ \}/)
    .map((words) => words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("[^]+?");
