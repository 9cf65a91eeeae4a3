/** The digits of a code, however it was typed or pasted: `123 456`. */
export function codeFrom(text: string): string {
  return text.replace(/\D/g, "");
}

/** Whether all six digits are there. */
export function isWholeCode(text: string): boolean {
  return codeFrom(text).length === 6;
}
