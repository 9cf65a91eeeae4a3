import { useState } from "react";
import type { FieldValues, UseFormSetError } from "react-hook-form";
import { asApiError } from "../api/apiError";
import { showFieldErrors } from "./fieldErrors";

/**
 * Why the host refused a form: said at the inputs where it named them. `refusal` is what is left to say above the form,
 * null where nothing is.
 */
export function useRefusal<T extends FieldValues>(names: string[], setError: UseFormSetError<T>) {
  const [refusal, setRefusal] = useState<unknown>(null);
  const refuse = (error: unknown) => setRefusal(showFieldErrors(error, names, setError) ? null : asApiError(error));
  return { refusal, refuse, forget: () => setRefusal(null) };
}
