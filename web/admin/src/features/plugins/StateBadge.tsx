import { useTranslation } from "react-i18next";
import type { Plugin } from "../../api/types";
import { Badge, toneOf } from "../../components/Badge";

/** How a plugin is doing; an enabled one may rest in quarantine. */
export function StateBadge({ plugin: { state, quarantine } }: { plugin: Pick<Plugin, "state" | "quarantine"> }) {
  const { t } = useTranslation();
  if (quarantine) return <Badge tone="warn">{t("plugins.states.quarantined")}</Badge>;
  return <Badge tone={toneOf(state)}>{t(`plugins.states.${state}`)}</Badge>;
}
