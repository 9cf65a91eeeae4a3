import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { NewApiKey } from "../../api/identityTypes";
import { Button } from "../../components/Button";
import { CheckBox } from "../../components/CheckBox";
import { CopyButton } from "../../components/CopyButton";
import { Dialog } from "../../components/Dialog";
import { Input } from "../../components/Input";

/** The key itself, this once; neither Escape nor a click beside it takes it away unread. */
export function NewKeyDialog({ apiKey, onClose }: { apiKey: NewApiKey; onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [kept, setKept] = useState(false);
  return (
    <Dialog
      open
      title={t("apiKeys.shownTitle", { name: apiKey.name })}
      onClose={() => undefined}
      footer={
        <Button look="primary" disabled={!kept} onClick={onClose}>
          {t("twoFactor.finish")}
        </Button>
      }
    >
      <div className="space-y-4">
        <p className="text-muted">{t("apiKeys.shownText")}</p>
        <div className="space-y-1.5">
          <label htmlFor={id} className="block font-medium">
            {t("apiKeys.key")}
          </label>
          <Input id={id} readOnly value={apiKey.key} className="font-mono" onFocus={(event) => event.target.select()} />
        </div>
        <CopyButton text={apiKey.key} label={t("copy.copy")} />
        <CheckBox label={t("apiKeys.kept")} checked={kept} onChange={setKept} />
      </div>
    </Dialog>
  );
}
