// A tar archive, as small as can be.

/** Packs files (name, bytes) in order. */
export function tar(files) {
  const blocks = files.flatMap(([name, bytes]) => [header(name, bytes.length), bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function header(name, size) {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write("0000644\0", 100);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("        0", 148);
  block.write("ustar\0", 257);
  block.write("00", 263);
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
