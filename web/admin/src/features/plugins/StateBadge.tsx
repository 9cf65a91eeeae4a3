import { useTranslation } from "react-i18next";
import type { PluginState } from "../../api/types";
import { Badge, toneOf } from "../../components/Badge";

export function StateBadge({ state }: { state: PluginState }) {
  const { t } = useTranslation();
  return <Badge tone={toneOf(state)}>{t(`plugins.states.${state}`)}</Badge>;
}
