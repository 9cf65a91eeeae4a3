import { useTranslation } from "react-i18next";
import { Notice } from "../../components/Notice";
import { useGone } from "./uninstalling";

/** Where the data of a plugin are that was just taken away. */
export function GoneNotice() {
  const { t } = useTranslation();
  const gone = useGone();
  if (!gone) return null;
  return (
    <div className="mb-6">
      <Notice tone="good" title={t("life.uninstall.gone", { name: gone.name })}>
        {gone.export ? (
          <p>
            {t("life.uninstall.export")} <code className="font-mono text-xs break-all select-all">{gone.export}</code>
          </p>
        ) : (
          <p>{t("life.uninstall.noExport")}</p>
        )}
      </Notice>
    </div>
  );
}
