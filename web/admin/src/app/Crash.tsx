import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router";
import { asApiError } from "../api/apiError";
import { Button } from "../components/Button";
import { Notice } from "../components/Notice";

/** A screen that failed; the rest of the panel stays. */
export function Crash() {
  const { t } = useTranslation();
  const error = useRouteError();
  const { requestId } = asApiError(error);
  return (
    <div className="mx-auto max-w-xl p-6">
      <Notice tone="bad" title={t("errors.crash")}>
        <p>{t("errors.crashText")}</p>
        <p className="font-mono text-xs">{error instanceof Error ? error.message : ""}</p>
        {requestId && (
          <p>
            {t("errors.requestId")} <code className="font-mono">{requestId}</code>
          </p>
        )}
        <Button className="mt-2" onClick={() => window.location.reload()}>
          {t("actions.reload")}
        </Button>
      </Notice>
    </div>
  );
}
