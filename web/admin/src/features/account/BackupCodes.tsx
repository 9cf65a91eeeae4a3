import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/Button";
import { CheckBox } from "../../components/CheckBox";
import { CopyButton } from "../../components/CopyButton";

interface Props {
  codes: string[];
  onKept: () => void;
}

/** The codes that let somebody in without their phone, shown this once: nobody goes on before they are kept. */
export function BackupCodes({ codes, onKept }: Props) {
  const { t } = useTranslation();
  const [kept, setKept] = useState(false);
  const text = codes.join("\n");
  return (
    <div className="space-y-5">
      <p className="text-muted">{t("twoFactor.codesText")}</p>
      <div className="print-sheet space-y-3">
        <p className="hidden font-semibold print:block">{t("twoFactor.sheet", { site: window.location.host })}</p>
        <ul
          aria-label={t("twoFactor.codes")}
          className="grid grid-cols-2 gap-x-6 gap-y-2 rounded-md border border-line bg-sunken p-4 font-mono"
        >
          {codes.map((code) => (
            <li key={code} className="text-center select-all">
              {code}
            </li>
          ))}
        </ul>
      </div>
      <div className="flex flex-wrap gap-3">
        <CopyButton text={text} label={t("copy.copy")} />
        <Button icon="download" onClick={() => save(t("twoFactor.file"), text)}>
          {t("twoFactor.download")}
        </Button>
        <Button icon="print" onClick={() => window.print()}>
          {t("twoFactor.print")}
        </Button>
      </div>
      <CheckBox label={t("twoFactor.kept")} checked={kept} onChange={setKept} />
      <Button look="primary" disabled={!kept} onClick={onKept} className="w-full sm:w-auto">
        {t("twoFactor.finish")}
      </Button>
    </div>
  );
}

function save(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain" }));
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}
