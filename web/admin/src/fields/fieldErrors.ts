import type { FieldValues, Path, UseFormSetError } from "react-hook-form";
import { isApiError } from "../api/apiError";

/**
 * Puts the host's refusals at the inputs they belong to, and the focus on the first.
 * True when every refusal found its input, so that nothing is left to say above the form.
 */
export function showFieldErrors<T extends FieldValues>(
  error: unknown,
  names: string[],
  setError: UseFormSetError<T>,
): boolean {
  if (!isApiError(error) || error.details.length === 0) return false;
  const refused = error.details.map(({ field, message }) => ({ input: inputFor(field, names), message }));
  let first = true;
  for (const { input, message } of refused) {
    if (!input) continue;
    setError(input as Path<T>, { type: "server", message }, { shouldFocus: first });
    first = false;
  }
  return refused.every(({ input }) => input);
}

/** The host names `title.de` or `grants/0` for something inside `title` or `grants`. */
function inputFor(field: string, names: string[]): string | undefined {
  return names.find((name) => name === field) ?? names.find((name) => name === field.split(/[./[]/)[0]);
}
