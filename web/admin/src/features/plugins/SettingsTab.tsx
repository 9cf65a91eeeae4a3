import { useTranslation } from "react-i18next";
import { Card } from "../../components/Card";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loading } from "../../components/Loading";
import { usePlugin } from "./PluginScreen";
import { useReadSettingsQuery } from "./pluginsApi";
import { SettingsForm } from "./SettingsForm";

/** What the site's people set for a plugin. */
export default function SettingsTab() {
  const { t } = useTranslation();
  const { id } = usePlugin();
  const { currentData, error, isFetching, refetch } = useReadSettingsQuery(id);
  if (error && !isFetching) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!currentData) return <Loading />;
  return (
    <Card title={t("plugins.settings")}>
      {currentData.fields.length === 0 ? (
        <p className="text-sm text-muted">{t("plugins.noSettings")}</p>
      ) : (
        <SettingsForm id={id} settings={currentData} />
      )}
    </Card>
  );
}
