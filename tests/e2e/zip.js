// Zips as packages are: every part compressed, nothing said beyond what a package needs.

import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";

const [HEADER, LINE, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const [MADE_BY, NEEDS, DEFLATED, FIRST_DAY, FILE] = [(3 << 8) | 20, 20, 8, (1 << 5) | 1, 0o100644];

/** The parts of a zip, by path. */
export function unpack(zip) {
  const end = zip.length - 22;
  const parts = new Map();
  for (let place = zip.readUInt32LE(end + 16); zip.readUInt32LE(place) === LINE; ) {
    const [packed, name, header] = [zip.readUInt32LE(place + 20), zip.readUInt16LE(place + 28), zip.readUInt32LE(place + 42)];
    const from = header + 30 + name;
    parts.set(zip.toString("utf8", place + 46, place + 46 + name), inflateRawSync(zip.subarray(from, from + packed)));
    place += 46 + name;
  }
  return parts;
}

/** A zip of these parts. */
export function pack(parts) {
  const [body, directory] = [[], []];
  let offset = 0;
  for (const [path, content] of parts) {
    const [name, packed] = [Buffer.from(path), deflateRawSync(content)];
    const facts = record([16, NEEDS], [16, 0], [16, DEFLATED], [16, 0], [16, FIRST_DAY], [32, crc32(content)], [32, packed.length], [32, content.length], [16, name.length]);
    const header = Buffer.concat([record([32, HEADER]), facts, record([16, 0]), name, packed]);
    directory.push(record([32, LINE], [16, MADE_BY]), facts, Buffer.alloc(8), record([16, 0], [16, FILE], [32, offset]), name);
    body.push(header);
    offset += header.length;
  }
  const size = Buffer.concat(directory).length;
  const end = record([32, END], [32, 0], [16, parts.size], [16, parts.size], [32, size], [32, offset], [16, 0]);
  return Buffer.concat([...body, ...directory, end]);
}

/** Numbers of 16 or 32 bits, one behind the other. */
function record(...numbers) {
  return Buffer.concat(
    numbers.map(([bits, number]) => {
      const bytes = Buffer.alloc(bits / 8);
      bytes.writeUIntLE(number, 0, bits / 8);
      return bytes;
    }),
  );
}
