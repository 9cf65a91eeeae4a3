import { useTranslation } from "react-i18next";
import { asApiError } from "../api/apiError";
import { Button } from "./Button";
import { Notice } from "./Notice";
import { useErrorText } from "./errorText";

interface Props {
  error: unknown;
  onRetry?: () => void;
}

/** What went wrong, the number that finds it in the host's log, and a way on. */
export function ErrorNotice({ error, onRetry }: Props) {
  const { t } = useTranslation();
  const say = useErrorText();
  const { requestId } = asApiError(error);
  return (
    <Notice tone="bad" title={say(error)}>
      {requestId && (
        <p>
          {t("errors.requestId")} <code className="font-mono select-all">{requestId}</code>
        </p>
      )}
      {onRetry && (
        <Button onClick={onRetry} className="mt-2">
          {t("actions.retry")}
        </Button>
      )}
    </Notice>
  );
}
