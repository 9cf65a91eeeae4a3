import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Link } from "react-router";
import { holds } from "../../api/access";
import { ROLES } from "../../api/identityTypes";
import { useListRowsQuery } from "../../api/rowsApi";
import { selectUser } from "../../api/session";
import type { List } from "../../api/types";
import { Avatar } from "../../components/Avatar";
import { Badge } from "../../components/Badge";
import { Button, ButtonLink } from "../../components/Button";
import type { Column } from "../../components/DataTable";
import { FilterSelect } from "../../components/FilterSelect";
import { HostList } from "../../components/HostList";
import { useListSearch } from "../../components/listSearch";
import { Moment } from "../../components/Moment";
import { Page } from "../../components/Page";
import { SearchBox } from "../../components/SearchBox";
import { RestoreUser } from "./RestoreUser";
import { UserMenu } from "./UserMenu";
import { StatusBadge } from "./StatusBadge";
import { STATUSES, USERS, type UserRow } from "./usersApi";

/** Everybody with an account. */
export default function UserList() {
  const { t } = useTranslation();
  const manages = holds(useSelector(selectUser), "users:manage");
  const search = useListSearch(["q", "role", "status", "trash"]);
  const trash = search.values.trash === "true";
  const answer = useListRowsQuery({ path: USERS, params: search.params });
  return (
    <Page
      title={t("users.title")}
      intro={t("users.intro")}
      actions={
        manages && (
          <ButtonLink to="/users/new" look="primary" icon="plus">
            {t("users.inviteTitle")}
          </ButtonLink>
        )
      }
    >
      <HostList
        label={t("users.title")}
        icon="users"
        empty={t("users.none")}
        search={search}
        filters={
          <>
            <SearchBox label={t("users.search")} value={search.values.q ?? ""} onSearch={(q) => search.change({ q })} />
            <FilterSelect
              label={t("users.role")}
              value={search.values.role ?? ""}
              choices={ROLES.map((value) => ({ value, label: t(`roles.${value}`) }))}
              onChange={(role) => search.change({ role })}
            />
            <FilterSelect
              label={t("log.status")}
              value={search.values.status ?? ""}
              choices={STATUSES.map((value) => ({ value, label: t(`users.statuses.${value}`) }))}
              onChange={(status) => search.change({ status })}
            />
            {manages && (
              <Button
                look="quiet"
                icon={trash ? "back" : "trash"}
                className="ml-auto"
                onClick={() => search.change({ trash: trash ? "" : "true" })}
              >
                {trash ? t("rows.leaveTrash") : t("rows.trash")}
              </Button>
            )}
          </>
        }
        answer={answer as { data?: List<UserRow>; error?: unknown; refetch: () => unknown }}
        columns={useColumns()}
        actions={manages ? (user) => (trash ? <RestoreUser user={user} /> : <UserMenu user={user} />) : undefined}
      />
    </Page>
  );
}

function useColumns(): Column<UserRow>[] {
  const { t } = useTranslation();
  return [
    { key: "email", header: t("users.person"), sortable: true, cell: (user) => <Person user={user} /> },
    { key: "role", header: t("users.role"), cell: ({ role }) => t(`roles.${role}`) },
    { key: "status", header: t("log.status"), cell: (user) => <StatusBadge user={user} /> },
    {
      key: "two_factor_enabled",
      header: t("users.twoFactor"),
      cell: ({ two_factor_enabled: on }) => <Badge tone={on ? "good" : "plain"}>{t(on ? "twoFactor.on" : "twoFactor.off")}</Badge>,
    },
    {
      key: "last_login_at",
      header: t("users.lastSignIn"),
      cell: ({ last_login_at: at }) => (at ? <Moment utc={at} /> : <span className="text-faint">{t("users.never")}</span>),
    },
  ];
}

function Person({ user }: { user: UserRow }) {
  const self = useSelector(selectUser);
  const { t } = useTranslation();
  return (
    <div className="flex items-center gap-3">
      <Avatar name={user.name || user.email} picture={user.avatar_url} className="size-9 text-xs" />
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2">
          <Link to={`/users/${user.id}`} className="font-medium text-accent hover:underline">
            {user.name || user.email}
          </Link>
          {user.id === self?.id && <span className="text-xs font-normal text-muted">{t("users.you")}</span>}
        </p>
        {user.name && <p className="font-normal break-all text-muted">{user.email}</p>}
      </div>
    </div>
  );
}
