import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { useErrorText } from "./errorText";
import { useToast } from "./toast";

interface Props {
  busy: boolean;
  onRetry: () => Promise<{ error?: unknown }>;
}

/** Sends dead work back into its queue. */
export function RetryButton({ busy, onRetry }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const say = useErrorText();

  const run = async () => {
    const { error } = await onRetry();
    toast(error ? { text: say(error), tone: "bad" } : { text: t("log.retried") });
  };

  return (
    <Button icon="jobs" busy={busy} onClick={() => void run()}>
      {t("log.retry")}
    </Button>
  );
}
