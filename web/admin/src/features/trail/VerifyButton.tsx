import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loading } from "../../components/Loading";
import { Notice } from "../../components/Notice";
import { formatNumber } from "../../format/numbers";
import { useLanguage } from "../../i18n/language";
import { useLazyVerifyAuditQuery, type Verified } from "./trailApi";

/** Asks the host whether any record was changed or taken away since it was written. */
export function VerifyButton() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [verify, { data, error, isFetching }] = useLazyVerifyAuditQuery();

  const run = () => {
    setOpen(true);
    void verify();
  };

  return (
    <>
      <Button icon="shield" onClick={run}>
        {t("audit.verify")}
      </Button>
      <Dialog
        open={open}
        title={t("audit.verifyTitle")}
        onClose={() => setOpen(false)}
        footer={<Button onClick={() => setOpen(false)}>{t("actions.close")}</Button>}
      >
        {isFetching && <Loading />}
        {!isFetching && Boolean(error) && <ErrorNotice error={error} onRetry={() => void verify()} />}
        {!isFetching && !error && data && <Finding found={data} />}
      </Dialog>
    </>
  );
}

function Finding({ found }: { found: Verified }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (!found.intact) {
    return (
      <Notice tone="bad" title={t("audit.broken", { id: found.broken_at?.id ?? 0 })}>
        <p>{t("audit.brokenText")}</p>
      </Notice>
    );
  }
  return (
    <div className="space-y-4">
      <Notice tone="good" title={t("audit.intact")}>
        <p>{t("audit.chained", { count: found.chained, number: formatNumber(found.chained, language) })}</p>
      </Notice>
      {found.last_hash && (
        <div>
          <p className="text-muted">{t("audit.lastHash")}</p>
          <code className="font-mono text-xs break-all select-all">{found.last_hash}</code>
        </div>
      )}
    </div>
  );
}
