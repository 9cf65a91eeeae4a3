import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { useParams } from "react-router";
import { holds } from "../../api/access";
import { useReadRowQuery } from "../../api/rowsApi";
import { selectUser } from "../../api/session";
import { Badge } from "../../components/Badge";
import { ButtonLink } from "../../components/Button";
import { Card } from "../../components/Card";
import { DefinitionList } from "../../components/DefinitionList";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loading } from "../../components/Loading";
import { Moment } from "../../components/Moment";
import { Page } from "../../components/Page";
import { formatNumber } from "../../format/numbers";
import { useLanguage } from "../../i18n/language";
import { RestoreUser } from "./RestoreUser";
import { StatusBadge } from "./StatusBadge";
import { UserMenu } from "./UserMenu";
import { USERS, type UserRow } from "./usersApi";

/** One account: who, as what, and how it is used. */
export default function UserScreen() {
  const { t } = useTranslation();
  const { id } = useParams();
  const { currentData, error, refetch } = useReadRowQuery({ path: USERS, id: Number(id) });
  if (currentData) return <Loaded user={currentData.row as UserRow} />;
  if (!error) return <Loading />;
  return (
    <Page title={t("users.title")} back={{ to: USERS, label: t("users.title") }}>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
    </Page>
  );
}

function Loaded({ user }: { user: UserRow }) {
  const { t } = useTranslation();
  const manages = holds(useSelector(selectUser), "users:manage");
  return (
    <Page
      title={user.name || user.email}
      back={{ to: USERS, label: t("users.title") }}
      badge={user.deleted_at ? <Badge tone="warn">{t("rows.inTrash")}</Badge> : <StatusBadge user={user} />}
      actions={manages && (user.deleted_at ? <RestoreUser user={user} /> : <Actions user={user} />)}
    >
      <Card>
        <DefinitionList entries={useEntries(user)} />
      </Card>
    </Page>
  );
}

function Actions({ user }: { user: UserRow }) {
  const { t } = useTranslation();
  return (
    <>
      <ButtonLink to={`${USERS}/${user.id}/edit`} look="primary" icon="edit">
        {t("actions.edit")}
      </ButtonLink>
      <UserMenu user={user} />
    </>
  );
}

function useEntries(user: UserRow) {
  const { t } = useTranslation();
  const language = useLanguage();
  const moment = (utc: string | null) => (utc ? <Moment utc={utc} /> : t("users.never"));
  return [
    { key: "email", label: t("auth.email"), value: <a href={`mailto:${user.email}`} className="break-all text-accent hover:underline">{user.email}</a> },
    { key: "role", label: t("users.role"), value: t(`roles.${user.role}`) },
    { key: "twoFactor", label: t("twoFactor.title"), value: t(user.two_factor_enabled ? "twoFactor.on" : "twoFactor.off") },
    { key: "language", label: t("account.language"), value: t(`languages.${user.language}`) },
    { key: "timezone", label: t("account.timezone"), value: user.timezone },
    { key: "last", label: t("users.lastSignIn"), value: moment(user.last_login_at) },
    { key: "count", label: t("users.signIns"), value: formatNumber(user.login_count, language) },
    { key: "failed", label: t("users.failed"), value: formatNumber(user.failed_login_attempts, language) },
    ...(user.locked_until ? [{ key: "until", label: t("users.pausedUntil"), value: moment(user.locked_until) }] : []),
    { key: "password", label: t("users.passwordChosen"), value: moment(user.password_changed_at) },
    { key: "created", label: t("rows.createdAt"), value: <Moment utc={user.created_at} /> },
  ];
}
