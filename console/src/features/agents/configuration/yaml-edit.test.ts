import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isAlias, isMap, isScalar, isSeq, type Node } from "yaml";
import { find, linesAt, type Path, parsePath, plainAt, read, showPath, textAt, textsAt } from "./yaml-file";
import { remove, set, setSource, SharedValueError, sourceAt, swap } from "./yaml-edit";

const FOLDER = join(import.meta.dirname, "../../../../../agents");
const shipped = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => [name, readFileSync(join(FOLDER, name), "utf8")] as const);

/** Every place of a file that holds a single value. */
function leaves(node: unknown, path: Path = []): Path[] {
  if (isMap(node)) {
    return node.items.flatMap(({ key, value }) => leaves(value, [...path, String((key as { value: unknown }).value)]));
  }
  if (isSeq(node)) return node.items.flatMap((each, index) => leaves(each, [...path, index]));
  return isScalar(node) && !isAlias(node) && !path.includes("<<") ? [path] : [];
}

function withValue(whole: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const copy = Array.isArray(whole) ? [...(whole as unknown[])] : { ...(whole as object) };
  (copy as Record<string | number, unknown>)[key] = withValue((copy as Record<string | number, unknown>)[key], rest, value);
  return copy;
}

const comments = (text: string) => text.match(/^\s*#.*$/gm) ?? [];
const toJson = (text: string) => plainAt(read(text), []);

describe.each(shipped)("%s", (_, text) => {
  const file = read(text);
  const places = leaves(file.doc.contents as Node).filter((path) => !find(file, path)?.inherited);

  const before = text.split("\n");
  const whole = plainAt(file, []);

  test("every single value can be changed, and only its own lines change", () => {
    expect(places.length).toBeGreaterThan(80);
    for (const path of places) {
      const old = plainAt(file, path);
      const value = typeof old === "string" ? `${old.trimEnd()} and: more (50 %) of "it"` : typeof old === "boolean" ? !old : Number(old) + 1;
      const next = set(file, path, value);
      const lines = linesAt(file, path) ?? { from: 0, to: 0 };
      const where = showPath(path);
      const kept = typeof old === "string" && old.endsWith("\n") ? `${String(value)}\n` : value;
      const again = read(next);
      // A value with an anchor shows in other places too.
      const alone = JSON.stringify(plainAt(again, [])) === JSON.stringify(withValue(whole, path, kept));
      if (!alone) expect(plainAt(again, path), where).toEqual(kept);
      const after = next.split("\n");
      expect(after.slice(0, lines.from - 1), where).toEqual(before.slice(0, lines.from - 1));
      const below = before.slice(lines.to);
      expect(after.slice(-below.length), where).toEqual(below);
      expect(comments(next), where).toEqual(comments(text));
    }
  });

  test("setting what is there already changes nothing", () => {
    for (const path of places) {
      const old = plainAt(file, path);
      const value = typeof old === "string" ? old.replace(/\n$/, "") : old;
      expect(set(file, path, value), showPath(path)).toBe(text);
    }
  });

  test("a key that was not there is added in its place with nothing else touched, and can be taken away again", () => {
    const order = ["name", "type", "personality", "language", "greeting", "model"];
    const next = set(file, ["agent", "model", "timeout_seconds"], 30);
    expect(toJson(next)).toEqual(withValue(toJson(text), ["agent", "model", "timeout_seconds"], 30));
    expect(comments(next)).toEqual(comments(text));
    expect(remove(read(next), ["agent", "model", "timeout_seconds"])).toBe(text);
    const deep = set(file, ["monitoring", "sla", "p95_response_ms"], 2000, () => ({ order }));
    expect(toJson(deep)).toEqual({ ...(toJson(text) as object), monitoring: { sla: { p95_response_ms: 2000 } } });
    expect(remove(read(deep), ["monitoring", "sla", "p95_response_ms"]).trimEnd()).toBe(text.trimEnd());
  });

  test("an item is added to a list, swapped and removed without a trace", () => {
    const count = (plainAt(file, ["tools"]) as unknown[]).length;
    const added = set(file, ["tools", count], { name: "calculate", risk: "low" });
    expect((toJson(added) as { tools: unknown[] }).tools[count]).toEqual({ name: "calculate", risk: "low" });
    expect(remove(read(added), ["tools", count])).toBe(text);
    const swapped = swap(file, ["agent", "objectives"], 0);
    expect(textsAt(read(swapped), ["agent", "objectives"])[0]).toBe(textsAt(file, ["agent", "objectives"])[1]);
    expect(swap(read(swapped), ["agent", "objectives"], 0)).toBe(text);
  });

  test("a part is shown by itself and put back as it was", () => {
    for (const path of [["client"], ["agent", "model"], ["tools", 0], ["data", 0, "fields"]] as Path[]) {
      expect(setSource(file, path, sourceAt(file, path)), showPath(path)).toBe(text);
    }
    expect(setSource(file, ["client"], "name: [broken")).toBeNull();
  });
});

const SMALL = `# A head.
version: "1.0"
agent:
  name: Ada # the first
  greeting: 'It''s me'
  model: auto

tools: [calculate, "current_time"] # two
knowledge:
behavior: {human_handoff: {mode: callback}}
`;
const small = read(SMALL);

test("quotes and a comment at the end of the line stay", () => {
  expect(set(small, ["agent", "name"], "Grace")).toBe(SMALL.replace("Ada #", "Grace #"));
  expect(set(small, ["agent", "greeting"], "That's me")).toBe(SMALL.replace("It''s me", "That''s me"));
});

test("a text that others could misread is put in quotes", () => {
  for (const text of ["no", "12:30", "007", "# no comment", "a: b", "- a", "{name}", "", " x", "*", "1e3", "2026-01-01"]) {
    const next = set(small, ["agent", "name"], text);
    expect(next).toContain(`name: ${JSON.stringify(text)} # the first`);
    expect(textAt(read(next), ["agent", "name"])).toBe(text);
  }
});

test("a text of several lines becomes a block, and a block keeps its indent", () => {
  const next = set(small, ["agent", "greeting"], "One\n\n- two\n");
  expect(next).toContain("  greeting: |\n    One\n\n    - two\n  model: auto");
  const again = set(read(next), ["agent", "greeting"], "One\nthree");
  expect(again).toContain("  greeting: |\n    One\n    three\n  model: auto");
});

test("a short form grows into the long one when another of its keys is set", () => {
  const next = set(small, ["agent", "model", "temperature"], 0.2, (path) =>
    path.at(-1) === "model" ? { shorthand: "primary" } : {},
  );
  expect(next).toContain("  model:\n    primary: auto\n    temperature: 0.2\n\ntools:");
});

test("lists and groups on one line stay on one line", () => {
  const added = set(small, ["tools", 2], "create_ticket");
  expect(added).toContain('tools: [calculate, "current_time", create_ticket] # two');
  expect(remove(read(added), ["tools", 0])).toContain('tools: ["current_time", create_ticket] # two');
  expect(set(small, ["behavior", "human_handoff", "departments"], ["sales"])).toContain(
    "{human_handoff: {mode: callback, departments: [sales]}}",
  );
});

test("a key with nothing after it takes a value", () => {
  expect(set(small, ["knowledge", "files"], ["a/*.md"])).toContain("knowledge:\n  files:\n    - a/*.md\nbehavior:");
});

test("what is merged from elsewhere is overridden here, and what stands under an alias is not touched", () => {
  const file = read("a: &one {x: 1, y: 2}\nb:\n  <<: *one\n  z: 3\nc: *one\n");
  expect(find(file, ["b", "x"])?.inherited).toBe(true);
  expect(set(file, ["b", "x"], 5)).toBe("a: &one {x: 1, y: 2}\nb:\n  <<: *one\n  z: 3\n  x: 5\nc: *one\n");
  expect(() => set(file, ["c", "x"], 5)).toThrow(SharedValueError);
});

test("a text that cannot be read says where", () => {
  expect(read("a: 1\nb: [1, 2\nc: 3\n").fault).toMatchObject({ line: 3 });
  expect(read("- a\n").fault?.message).toMatch(/keys/);
  expect(read("").fault).toBeNull();
});

test("an empty file takes its first key", () => {
  expect(set(read("# head\n"), ["agent", "name"], "Ada")).toBe("# head\nagent:\n  name: Ada\n");
});

test("the server's paths are read as they are written", () => {
  expect(parsePath("tools[2].config.table")).toEqual(["tools", 2, "config", "table"]);
  expect(parsePath("(whole file)")).toEqual([]);
  expect(showPath(["tools", 2, "name"])).toBe("tools[2].name");
});
