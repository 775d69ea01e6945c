// Fails on visible English outside the catalogues: text between tags, and attributes that people see or hear.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const SEEN = new Set(["aria-label", "aria-description", "title", "placeholder", "alt", "label", "about", "hint", "action"]);
// Names and keys are the same in every language.
const SAME_EVERYWHERE = new Set(["SparkLabs", "Ctrl K", "auto", "v", "ms", "en-GB", "sparklabs owner reset-password"]);
// Samples of names in code: CRM_API_KEY, opening_hours.
const NAME_IN_CODE = /^[A-Za-z]+(_[A-Za-z]+)+$/;
const WORD = /\p{L}{2,}/u;

function isText(text) {
  const said = text.replace(/\s+/g, " ").trim();
  return WORD.test(said) && !SAME_EVERYWHERE.has(said) && !NAME_IN_CODE.test(said) && !/^\S*[/.{}<>=]\S*$/.test(said);
}

function literalsIn(node) {
  if (ts.isStringLiteralLike(node)) return [node];
  if (ts.isTemplateExpression(node)) return [node.head, ...node.templateSpans.map((span) => span.literal)];
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(literalsIn);
  if (ts.isBinaryExpression(node)) return [node.left, node.right].flatMap(literalsIn);
  if (ts.isParenthesizedExpression(node)) return literalsIn(node.expression);
  return [];
}

/** The literal texts that a node of the tree shows to people. */
function shownBy(node) {
  if (ts.isJsxText(node)) return [node];
  if (ts.isJsxAttribute(node) && SEEN.has(node.name.getText()) && node.initializer) {
    if (ts.isStringLiteral(node.initializer)) return [node.initializer];
    return node.initializer.expression ? literalsIn(node.initializer.expression) : [];
  }
  if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent) && node.expression) {
    const { expression } = node;
    // `a === "b" && <X />` shows no text of its own.
    if (ts.isBinaryExpression(expression) && expression.operatorToken.kind !== ts.SyntaxKind.PlusToken) {
      return literalsIn(expression.right);
    }
    return literalsIn(expression);
  }
  return [];
}

export function findTexts(name, source) {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found = [];
  const visit = (node) => {
    for (const shown of shownBy(node)) {
      if (!isText(shown.text)) continue;
      const { line } = file.getLineAndCharacterOfPosition(shown.getStart());
      found.push(`${name}:${line + 1} says ${JSON.stringify(shown.text.trim())}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const files = readdirSync("src", { recursive: true }).filter((name) => name.endsWith(".tsx") && !name.endsWith(".test.tsx"));
const found = files.flatMap((name) => findTexts(`src/${name}`, readFileSync(join("src", name), "utf8")));
for (const each of found) console.error(`${each}: put it into the feature's texts.ts.`);
process.exitCode = found.length ? 1 : 0;
