import { useTranslation } from "react-i18next";
import type { Capability } from "../../api/types";
import { Badge } from "../../components/Badge";
import { Detail } from "../../components/Detail";
import { Icon } from "../../components/Icon";
import { useText } from "../../i18n/language";
import { useCapabilityText } from "./capabilityText";
import { isCounted } from "./grants";

interface Props {
  capabilities: Capability[];
  /** Whether somebody has decided yet; before that nothing is granted or refused. */
  decided: boolean;
}

/** What a plugin may do and why, to be read. */
export function CapabilityList({ capabilities, decided }: Props) {
  return (
    <ul className="divide-y divide-line">
      {capabilities.map((capability) => (
        <li key={capability.id} className="flex gap-4 py-4 first:pt-0 last:pb-0">
          <CapabilityIcon capability={capability} />
          <div className="min-w-0 flex-1">
            <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
              <CapabilityWords capability={capability} />
              <Verdict capability={capability} decided={decided} />
            </div>
          </div>
        </li>
      ))}
    </ul>
  );
}

export function CapabilityIcon({ capability }: { capability: Capability }) {
  const say = useCapabilityText();
  return (
    <span className="flex size-9 shrink-0 items-center justify-center rounded-md bg-accent-soft text-accent">
      <Icon name={say.icon(capability)} />
    </span>
  );
}

/** What it means in general, and the reason that this plugin gives. */
export function CapabilityWords({ capability }: { capability: Capability }) {
  const { t } = useTranslation();
  const text = useText();
  const say = useCapabilityText();
  const meaning = say.meaning(capability);
  return (
    <div className="min-w-0 flex-1 basis-56 space-y-1 text-sm">
      <h3 className="text-base font-medium">{say.title(capability)}</h3>
      {meaning && <p className="text-muted">{meaning}</p>}
      {capability.detail.length > 0 && (
        <ul className="space-y-1 py-0.5">
          {capability.detail.map((name) => (
            <li key={name}>
              <Detail {...say.detail(capability, name)} />
            </li>
          ))}
        </ul>
      )}
      {text(capability.reason) && (
        <p>
          <span className="text-muted">{t("plugins.reason")}</span> {text(capability.reason)}
        </p>
      )}
    </div>
  );
}

function Verdict({ capability, decided }: { capability: Capability; decided: boolean }) {
  const { t } = useTranslation();
  const say = useCapabilityText();
  const { quantity, granted } = capability;
  const unit = say.unit(quantity?.unit);
  const asked = quantity?.asked;
  const given = quantity?.granted ?? asked;
  return (
    <div className="flex flex-col items-start gap-1 text-sm sm:items-end">
      {isCounted(quantity) && (
        <span className="font-medium tabular-nums">
          {say.amount((decided && granted ? given : asked) ?? 0)} {unit}
        </span>
      )}
      {decided && (
        <Badge tone={granted ? "good" : "plain"}>{granted ? t("plugins.granted") : t("plugins.notGranted")}</Badge>
      )}
      {decided && granted && asked != null && given !== asked && (
        <span className="text-xs text-muted">{t("plugins.asked", { amount: `${say.amount(asked)} ${unit}` })}</span>
      )}
    </div>
  );
}
