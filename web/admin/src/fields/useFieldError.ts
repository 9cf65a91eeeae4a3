import { get, useFormContext, type FieldError } from "react-hook-form";

/** Why the input of this name was refused, by our check or by the host. */
export function useFieldError(name: string): string | undefined {
  const {
    formState: { errors },
  } = useFormContext();
  const error = get(errors, name) as FieldError | undefined;
  return typeof error?.message === "string" ? error.message : undefined;
}
