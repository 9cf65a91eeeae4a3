import { useTranslation } from "react-i18next";
import { useGetPanelQuery } from "../api/panelApi";
import { useText } from "../i18n/language";

const AREAS = ["content", "media", "people", "analytics", "plugins", "users", "system", "audit"] as const;
const VERBS = ["read", "write", "publish", "delete", "manage"] as const;

/** A permission in words: its area, which may be a plugin, and what may be done there. */
export function usePermissionText() {
  const { t } = useTranslation();
  const text = useText();
  const { data: panel } = useGetPanelQuery();
  return {
    area: (permission: string) => {
      const [id = ""] = permission.split(":");
      const own = AREAS.find((area) => area === id);
      if (own) return t(`permissions.areas.${own}`);
      return text(panel?.menu.find(({ plugin }) => plugin === id)?.plugin_name) || id;
    },
    verb: (permission: string) => {
      const [, name = ""] = permission.split(":");
      const known = VERBS.find((verb) => verb === name);
      return known ? t(`permissions.verbs.${known}`) : name;
    },
  };
}
