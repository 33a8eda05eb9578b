/** A long name cut in the middle, where names differ least: what they begin and end with tells them apart. */
export function middleCut(name: string, length: number): string {
  const characters = Array.from(name);
  if (characters.length <= length) return name;
  const end = Math.floor((length - 1) / 2);
  const start = length - 1 - end;
  return `${characters.slice(0, start).join("")}…${characters.slice(characters.length - end).join("")}`;
}
