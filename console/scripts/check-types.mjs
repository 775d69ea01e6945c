// Fails when src/api/schema.ts is not what openapi.json says.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "console-types-"));
try {
  const fresh = join(folder, "schema.ts");
  const tool = "node_modules/openapi-typescript/bin/cli.js";
  const flags = ["--root-types", "--root-types-no-schema-prefix"];
  execFileSync(process.execPath, [tool, "openapi.json", "-o", fresh, ...flags], { stdio: "ignore" });
  if (readFileSync(fresh, "utf8") !== readFileSync("src/api/schema.ts", "utf8")) {
    console.error("src/api/schema.ts is not what openapi.json says: run `npm run types`.");
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
