/**
 * A whole number in plain digits, or null where the text is none or it is out of bounds.
 *
 * @param {string} text
 * @param {number} least
 * @param {number} most up to five digits
 */
export function wholeNumber(text, least, most) {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  return number >= least && number <= most ? number : null;
}
