import { useTranslation } from "react-i18next";
import { Badge, toneOf } from "../../components/Badge";
import { useNow } from "../../components/now";
import { isPaused } from "./userActions";
import type { UserRow } from "./usersApi";

/** Whether somebody gets in. Too many wrong passwords close the door for a while, which the status alone does not say. */
export function StatusBadge({ user }: { user: UserRow }) {
  const { t } = useTranslation();
  const now = useNow();
  const { status, locked_until: until } = user;
  if (status === "active" && isPaused(until, now)) return <Badge tone="warn">{t("users.paused")}</Badge>;
  return <Badge tone={toneOf(status)}>{t(`users.statuses.${status}`)}</Badge>;
}
