import { useTranslation } from "react-i18next";
import type { Capability } from "../../api/types";
import { describedBy, FieldError, Input } from "../../components/Input";
import { Toggle } from "../../components/Toggle";
import { CapabilityIcon, CapabilityWords } from "./CapabilityList";
import { useCapabilityText } from "./capabilityText";
import { isCounted, isMore, isSound, type Wish, type Wishes } from "./grants";

interface Props {
  capabilities: Capability[];
  wishes: Wishes;
  onChange: (wishes: Wishes) => void;
}

/** What a plugin may do, each to be allowed, refused or cut down. */
export function GrantInputs({ capabilities, wishes, onChange }: Props) {
  return (
    <ul className="divide-y divide-line">
      {capabilities.map((capability) => (
        <Grant
          key={capability.id}
          capability={capability}
          wish={wishes[capability.id] ?? { allowed: false, quantity: "" }}
          onChange={(wish) => onChange({ ...wishes, [capability.id]: wish })}
        />
      ))}
    </ul>
  );
}

interface GrantProps {
  capability: Capability;
  wish: Wish;
  onChange: (wish: Wish) => void;
}

function Grant({ capability, wish, onChange }: GrantProps) {
  const say = useCapabilityText();
  return (
    <li className="py-4 first:pt-1">
      <div className="flex gap-4">
        <span className="hidden sm:block">
          <CapabilityIcon capability={capability} />
        </span>
        <CapabilityWords capability={capability} />
        {!capability.always && (
          <Toggle
            checked={wish.allowed}
            onChange={(allowed) => onChange({ ...wish, allowed })}
            label={say.title(capability)}
          />
        )}
      </div>
      {wish.allowed && isCounted(capability.quantity) && <Quantity {...{ capability, wish, onChange }} />}
    </li>
  );
}

function Quantity({ capability, wish, onChange }: GrantProps) {
  const { t } = useTranslation();
  const say = useCapabilityText();
  const asked = capability.quantity?.asked ?? 0;
  const unit = say.unit(capability.quantity?.unit);
  const id = `grant-${capability.id}`;
  const error = isSound(capability, wish) ? undefined : t("plugins.quantityRange");
  const ask = t("plugins.asked", { amount: `${say.amount(asked)} ${unit}` });
  return (
    <div className="mt-3 space-y-1.5 sm:ml-13">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <label htmlFor={id}>
          {t("plugins.upTo")}
          <span className="sr-only"> ({say.title(capability)})</span>
        </label>
        <Input
          id={id}
          inputMode="numeric"
          className="w-28!"
          value={wish.quantity}
          error={error}
          {...describedBy(id, true, error)}
          onChange={(event) => onChange({ ...wish, quantity: event.target.value.trim() })}
        />
        <span>{unit}</span>
        <span id={`${id}-help`} className="text-muted">
          {isMore(capability, wish) ? t("plugins.moreThanAsked", { ask }) : ask}
        </span>
      </div>
      <FieldError id={id} error={error} />
    </div>
  );
}
