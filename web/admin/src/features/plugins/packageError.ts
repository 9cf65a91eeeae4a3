import { asApiError } from "../../api/apiError";
import { useErrorText } from "../../components/errorText";

/** Why the host refuses a package: its sentence, and each reason that is not part of it. */
export function usePackageError(error: unknown): string | undefined {
  const say = useErrorText();
  if (!error) return undefined;
  const sentence = say(error);
  const reasons = asApiError(error).details.map(({ field, message }) => (field ? `${field}: ${message}` : message));
  return [sentence, ...reasons.filter((reason) => !sentence.includes(reason))].join("\n");
}
