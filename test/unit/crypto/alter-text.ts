/** Every text that differs from the given one in exactly one character, taken from base64's alphabets and beyond. */
export function* withEachCharacterReplaced(text: string): Generator<string> {
  const replacements = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=%. \n\0é\u0141";
  for (let position = 0; position < text.length; position++) {
    for (const replacement of replacements) {
      if (replacement !== text[position]) yield text.slice(0, position) + replacement + text.slice(position + 1);
    }
  }
}

/** Every buffer that differs from the given one in exactly one bit. */
export function* withEachBitFlipped(bytes: Buffer): Generator<Buffer> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const altered = Buffer.from(bytes);
    altered.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    yield altered;
  }
}
