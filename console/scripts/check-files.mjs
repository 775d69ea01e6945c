// Fails when a component file is longer than one can read at a sitting.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const LONGEST = 250;
const long = readdirSync("src", { recursive: true })
  .filter((name) => name.endsWith(".tsx"))
  .map((name) => [name, readFileSync(join("src", name), "utf8").split("\n").length - 1])
  .filter(([, lines]) => lines > LONGEST);
for (const [name, lines] of long) console.error(`src/${name} has ${lines} lines; ${LONGEST} at most.`);
process.exitCode = long.length ? 1 : 0;
