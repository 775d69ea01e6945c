// Builds dist/: widget.js (one IIFE, its styles inside), page.css and mark.svg; fails above the promised size.
import { build, transform } from "esbuild";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const LARGEST_GZIPPED_BYTES = 40_000;

/** Style sheets become minified strings: they go into the shadow root, not into the page. */
const stylesAsText = {
  name: "styles-as-text",
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: "chrome109" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

await rm("dist", { recursive: true, force: true });
await mkdir("dist", { recursive: true });
await build({
  entryPoints: ["src/main.ts"],
  outfile: "dist/widget.js",
  bundle: true,
  format: "iife",
  target: ["es2020", "safari16.4"],
  minify: true,
  legalComments: "none",
  charset: "utf8",
  plugins: [stylesAsText],
});
const page = await transform(await readFile("page/page.css", "utf8"), { loader: "css", minify: true, target: "chrome109" });
await writeFile("dist/page.css", page.code);
await cp("page/mark.svg", "dist/mark.svg");

const bytes = gzipSync(await readFile("dist/widget.js"), { level: 9 }).length;
console.log(`widget.js ${bytes} bytes gzipped`);
if (bytes >= LARGEST_GZIPPED_BYTES) throw new Error(`widget.js is ${bytes} bytes gzipped, the promise is < ${LARGEST_GZIPPED_BYTES}`);
