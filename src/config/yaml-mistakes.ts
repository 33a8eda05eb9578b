import { type Document, isScalar, type LineCounter, type Scalar, visit } from "yaml";

export interface YamlMistake {
  readonly line: number;
  readonly message: string;
}

// The parser's own messages quote the text they stumble over, which may be a password: these sentences do not.
const sentences: Readonly<Record<string, string>> = {
  BAD_INDENT: "the indentation is wrong, or a bracket is not closed",
  TAB_AS_INDENT: "indent with spaces, not with tabs",
  MISSING_CHAR: "a quote, a bracket, a colon or a comma is missing",
  BAD_SCALAR_START: "a value that starts with @, ` or % must be in quotes",
  BAD_DQ_ESCAPE: "in double quotes a backslash must be written as \\\\; single quotes take it as it is",
  BLOCK_AS_IMPLICIT_KEY: "the indentation is wrong, or a value that holds a colon is not in quotes",
  MULTILINE_IMPLICIT_KEY: "a key needs a colon and a space after it, as in `port: 8768`",
  UNEXPECTED_TOKEN: "something stands here that does not belong: put the whole value in one pair of quotes",
  MULTIPLE_DOCS: "the file must hold one document: remove the --- between them",
  TAG_RESOLVE_FAILED: "a value that starts with ! must be in quotes",
};
const quoteSentence = "a quote that opens here is never closed";
const aliasSentence = "a value that starts with * must be in quotes";
const anchorSentence = "a value that starts with & must be in quotes";

/** What keeps a document from being read as it was meant: the parser's complaints, and slips that it lets pass. */
export function findYamlMistakes(document: Document.Parsed, lines: LineCounter): YamlMistake[] {
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const mistakes: YamlMistake[] = [];
  const quoted: Scalar[] = [];
  visit(document, {
    Alias(_key, node) {
      if (!node.resolve(document)) mistakes.push({ line: lineAt(node.range?.[0] ?? 0), message: aliasSentence });
    },
    Scalar(_key, node) {
      if (isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE")) quoted.push(node);
      // `password: &secret` is an empty value with an anchor.
      if (node.anchor !== undefined && node.value === null) {
        mistakes.push({ line: lineAt(node.range?.[0] ?? 0), message: anchorSentence });
      }
    },
  });
  for (const { code, pos } of [...document.errors, ...document.warnings]) {
    // A missing quote is noticed where the file ends; the reader looks for it where it opened.
    const open = code === "MISSING_CHAR" ? quoted.find(({ range }) => range?.[1] === pos[0]) : undefined;
    mistakes.push({
      line: lineAt(open?.range?.[0] ?? pos[0]),
      message: open ? quoteSentence : (sentences[code] ?? "this is not valid YAML"),
    });
  }
  // One slip often makes the parser complain twice.
  return mistakes.filter(({ line }, index) => mistakes.findIndex((other) => other.line === line) === index);
}
