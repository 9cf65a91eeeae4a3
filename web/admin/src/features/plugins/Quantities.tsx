import { useTranslation } from "react-i18next";
import type { Quantity } from "../../api/types";
import { ListCard } from "../../components/ListCard";
import { Meter } from "../../components/Meter";
import { Moment } from "../../components/Moment";
import { formatNumber } from "../../format/numbers";
import { useLanguage } from "../../i18n/language";

const names = ["cpu", "writer", "db", "mail", "http"] as const;
const units = ["s_per_hour", "per_hour", "per_minute", "MB"] as const;

/** What is used of each quantity that was granted, and when it begins anew. */
export function Quantities({ quantities }: { quantities: Quantity[] }) {
  const { t } = useTranslation();
  if (quantities.length === 0) return null;
  return (
    <ListCard title={t("usage.quantities")}>
      <ul className="divide-y divide-line">
        {quantities.map((quantity) => (
          <Row key={`${quantity.id} ${quantity.host ?? ""}`} quantity={quantity} />
        ))}
      </ul>
    </ListCard>
  );
}

function Row({ quantity: { id, host, unit, used, granted, resets_at } }: { quantity: Quantity }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const name = names.find((one) => one === id);
  const counted = units.find((one) => one === unit);
  const what = name ? t(`usage.quantity.${name}`) : id;
  const label = host ? t("usage.ofHost", { what, host }) : what;
  const words = t("usage.usedOf", {
    used: formatNumber(used, language),
    granted: formatNumber(granted, language),
    unit: counted ? t(`units.${counted}`) : unit,
  });
  return (
    <li className="space-y-2 p-4">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 text-sm">
        <span className="font-medium">{label}</span>
        <span className="text-muted tabular-nums">{words}</span>
      </p>
      <Meter label={label} share={granted > 0 ? used / granted : 1} words={words} />
      {used > 0 && resets_at && (
        <p className="text-xs text-muted">
          {t("usage.resets")} <Moment utc={resets_at} />
        </p>
      )}
    </li>
  );
}
