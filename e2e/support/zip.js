// A zip archive, read as any tool would: what the page writes must not only please its own reader.
import { crc32, inflateRawSync } from "node:zlib";

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;

/** The files of an archive by path; throws where it is not one, or a checksum is wrong. */
export function unzip(bytes) {
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  if (end < 0 || bytes.readUInt32LE(end) !== END) throw new Error("no end of the list of files");
  const files = new Map();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new Error(`no entry at ${at}`);
    const [path, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const name = bytes.toString("utf8", at + 46, at + 46 + path);
    if (files.has(name)) throw new Error(`${name} is there twice`);
    files.set(name, content(bytes, at, name));
    at += 46 + path + extra + comment;
  }
  return files;
}

function content(bytes, entry, name) {
  const [method, sum, packed, local] = [
    bytes.readUInt16LE(entry + 10),
    bytes.readUInt32LE(entry + 16),
    bytes.readUInt32LE(entry + 20),
    bytes.readUInt32LE(entry + 42),
  ];
  if (bytes.readUInt32LE(local) !== LOCAL) throw new Error(`${name} does not stand where the list says`);
  const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const stored = bytes.subarray(from, from + packed);
  const plain = method === 0 ? stored : inflateRawSync(stored);
  if (crc32(plain) !== sum) throw new Error(`${name} has another checksum`);
  return plain;
}
