// Fails when the JavaScript of a first visit (the entry and all it imports at once) is too much over the wire.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LARGEST_BYTES = 250_000;
const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const seen = new Set();

function visit(key) {
  if (seen.has(key)) return 0;
  seen.add(key);
  const chunk = manifest[key];
  const own = chunk.file.endsWith(".js") ? gzipSync(readFileSync(`dist/${chunk.file}`), { level: 9 }).length : 0;
  return (chunk.imports ?? []).reduce((sum, next) => sum + visit(next), own);
}

const bytes = visit("index.html");
console.log(`First load: ${(bytes / 1000).toFixed(1)} kB of JavaScript, gzipped (at most ${LARGEST_BYTES / 1000}).`);
process.exitCode = bytes > LARGEST_BYTES ? 1 : 0;
