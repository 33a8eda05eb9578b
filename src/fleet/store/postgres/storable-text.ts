/** What a client asks for, as a text that PostgreSQL takes: it holds no NUL, so that nothing stored can match one. */
export function storableText(text: string): string {
  return text.replaceAll("\0", "\uFFFD");
}
