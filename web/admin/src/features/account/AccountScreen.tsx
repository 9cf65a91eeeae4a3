import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Outlet } from "react-router";
import { selectUser } from "../../api/session";
import { Page } from "../../components/Page";
import { TabLink } from "../../components/TabLink";

/** Somebody's own account, in four parts. */
export default function AccountScreen() {
  const { t } = useTranslation();
  const user = useSelector(selectUser);
  return (
    <Page title={t("account.title")} intro={user?.email} width="form">
      <div className="space-y-6">
        <nav aria-label={t("account.tabs")} className="flex gap-1 overflow-x-auto border-b border-line">
          <TabLink to="/account" label={t("account.profile")} exact />
          <TabLink to="/account/security" label={t("account.security")} />
          <TabLink to="/account/sessions" label={t("account.sessions")} />
          <TabLink to="/account/api-keys" label={t("account.apiKeys")} />
        </nav>
        <Outlet />
      </div>
    </Page>
  );
}
