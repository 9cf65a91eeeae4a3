import { useTranslation } from "react-i18next";
import { Spinner } from "./Spinner";

/** Something is on its way; it shows after a moment, so that quick answers do not flicker. */
export function Loading() {
  const { t } = useTranslation();
  return (
    <p role="status" className="loading flex items-center justify-center gap-3 py-16 text-muted">
      <Spinner />
      {t("loading")}
    </p>
  );
}
