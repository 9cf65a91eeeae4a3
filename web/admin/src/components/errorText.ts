import { useTranslation } from "react-i18next";
import { asApiError } from "../api/apiError";
import { formatWait } from "../format/moments";
import { useLanguage } from "../i18n/language";

/** Says an error in the reader's language: the host's sentence, or ours where it said none. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return (error) => {
    const { code, status, message, retryAfter } = asApiError(error);
    const when = retryAfter === null ? "" : formatWait(retryAfter, language);
    if (code === "UNREACHABLE") return t("errors.unreachable");
    if (code === "FORBIDDEN") return t("errors.forbidden");
    if (code === "NOT_FOUND") return t("errors.notFound");
    if (status === 429) return when ? t("errors.rateLimitedUntil", { when }) : t("errors.rateLimited");
    if (status === 503 && when) return t("errors.busyUntil", { when });
    return message || t("errors.unknown");
  };
}
