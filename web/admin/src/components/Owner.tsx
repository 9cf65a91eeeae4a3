import { useTranslation } from "react-i18next";
import { useListPluginsQuery } from "../api/panelApi";
import { useText } from "../i18n/language";

/** Whose work it is: a plugin by its name, or the site itself. */
export function Owner({ id }: { id: string }) {
  const { t } = useTranslation();
  const text = useText();
  const { data } = useListPluginsQuery();
  if (id === "core") return <>{t("log.site")}</>;
  return <>{text(data?.find((plugin) => plugin.id === id)?.name) || id}</>;
}
