import { useTranslation } from "react-i18next";
import { useEventText } from "../../components/eventText";
import type { IconName } from "../../components/Icon";
import type { Capability } from "../../api/types";
import { formatNumber } from "../../format/numbers";
import { useLanguage } from "../../i18n/language";

const known = [
  "db",
  "mail",
  "http",
  "media",
  "content",
  "people",
  "events",
  "jobs",
  "search",
  "connections",
  "crypto",
  "analytics",
  "cpu",
  "writer",
] as const;
const units = ["MB", "per_hour", "per_minute", "s_per_hour"] as const;

const icons: Record<(typeof known)[number], IconName> = {
  db: "table",
  mail: "mail",
  http: "globe",
  media: "file",
  content: "file",
  people: "users",
  events: "megaphone",
  jobs: "clock",
  search: "search",
  connections: "plug",
  crypto: "lock",
  analytics: "dashboard",
  cpu: "clock",
  writer: "clock",
};

function nameOf(id: string) {
  return known.find((name) => name === id);
}

/** How far a plugin reaches into people, as the contract calls it. */
const reaches = { "read own": "readOwn", "read all": "readAll", write: "write" } as const;

/** Says in plain words what a capability lets a plugin do. */
export function useCapabilityText() {
  const { t } = useTranslation();
  const language = useLanguage();
  const event = useEventText();

  return {
    title: ({ id }: Capability) => {
      const name = nameOf(id);
      return name ? t(`capabilities.${name}.title`) : id;
    },
    meaning: ({ id }: Capability) => {
      const name = nameOf(id);
      return name ? t(`capabilities.${name}.meaning`) : "";
    },
    /** One of the hosts, events, secrets or reaches that are asked for. */
    detail: ({ id }: Capability, name: string): { words?: string; name?: string } => {
      if (id === "people" && name in reaches) {
        return { words: t(`capabilities.people.${reaches[name as keyof typeof reaches]}`) };
      }
      if (id === "events") return event(name);
      return { words: id === "crypto" ? t("capabilities.crypto.secret") : undefined, name };
    },
    icon: ({ id }: Capability): IconName => {
      const name = nameOf(id);
      return name ? icons[name] : "shield";
    },
    unit: (unit: string | null | undefined) => {
      const name = units.find((one) => one === unit);
      return name ? t(`units.${name}`) : (unit ?? "");
    },
    amount: (value: number) => formatNumber(value, language),
  };
}
