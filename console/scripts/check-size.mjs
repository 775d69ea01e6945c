// Fails when the JavaScript of a first visit, or of a part that is loaded later, is too much over the wire.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const FIRST_LOAD_BYTES = 250_000;
const LATER_PART_BYTES = 220_000;
const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

const bytesOf = (key) => {
  const { file } = manifest[key];
  return file.endsWith(".js") ? gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length : 0;
};

/** What is loaded at once with a chunk: itself and all that it imports, each once. */
function together(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) together(next, seen);
  return seen;
}

const first = together("index.html");
const sum = (keys) => [...keys].reduce((bytes, key) => bytes + bytesOf(key), 0);
const firstBytes = sum(first);
const later = Object.keys(manifest)
  .filter((key) => manifest[key].isDynamicEntry)
  .map((key) => ({ key, bytes: sum([...together(key)].filter((each) => !first.has(each))) }))
  .sort((one, other) => other.bytes - one.bytes);

console.log(`First load: ${kilobytes(firstBytes)} of JavaScript, gzipped (at most ${kilobytes(FIRST_LOAD_BYTES)}).`);
if (later[0]) console.log(`Largest later part: ${later[0].key}, ${kilobytes(later[0].bytes)} (at most ${kilobytes(LATER_PART_BYTES)}).`);
const faults = [];
if (firstBytes > FIRST_LOAD_BYTES) faults.push("The first load is too large: load what it does not need by lazyPage or lazyDialog.");
for (const { key, bytes } of later) {
  if (bytes > LATER_PART_BYTES) faults.push(`${key} brings ${kilobytes(bytes)} with it: split it, or choose a smaller library.`);
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length ? 1 : 0;
