import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useGetPanelQuery } from "../../api/panelApi";
import { useCreateRowMutation } from "../../api/rowsApi";
import { Loading } from "../../components/Loading";
import { Page } from "../../components/Page";
import { useToast } from "../../components/toast";
import type { Payload } from "../../fields/formValues";
import { useLanguage } from "../../i18n/language";
import { UserForm } from "./UserForm";
import { USERS } from "./usersApi";

/** Invites somebody; the host sends the mail at once. */
export default function UserCreate() {
  const { t } = useTranslation();
  const toast = useToast();
  const navigate = useNavigate();
  const language = useLanguage();
  const { data: panel, error } = useGetPanelQuery();
  const [create, { isLoading }] = useCreateRowMutation();

  const save = async (body: Payload) => {
    const answer = await create({ path: USERS, body });
    if (!answer.data) return answer.error;
    toast({ text: t("users.invited", { email: String(body.email) }) });
    await navigate(USERS, { replace: true });
    return undefined;
  };

  if (!panel && !error) return <Loading />;
  return (
    <Page title={t("users.inviteTitle")} intro={t("users.inviteIntro")} back={{ to: USERS, label: t("users.title") }} width="form">
      <UserForm
        start={{ role: "editor", language, timezone: panel?.site.time_zone ?? "UTC" }}
        submit={t("users.send")}
        busy={isLoading}
        back={USERS}
        onSave={save}
      />
    </Page>
  );
}
