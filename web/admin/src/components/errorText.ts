import { useTranslation } from "react-i18next";
import { asApiError } from "../api/apiError";

/** Says an error in the reader's language: the host's sentence, or ours where it said none. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    const { code, message } = asApiError(error);
    if (code === "UNREACHABLE") return t("errors.unreachable");
    if (code === "FORBIDDEN") return t("errors.forbidden");
    if (code === "NOT_FOUND") return t("errors.notFound");
    if (code === "RATE_LIMITED") return t("errors.rateLimited");
    return message || t("errors.unknown");
  };
}
