import { useTranslation } from "react-i18next";
import { useRestoreRowMutation } from "../../api/rowsApi";
import { Button } from "../../components/Button";
import { useErrorText } from "../../components/errorText";
import { useToast } from "../../components/toast";
import { USERS, type UserRow } from "./usersApi";

/** Brings a deleted account back. */
export function RestoreUser({ user }: { user: UserRow }) {
  const { t } = useTranslation();
  const toast = useToast();
  const say = useErrorText();
  const [restore, { isLoading }] = useRestoreRowMutation();

  const run = async () => {
    const { error } = await restore({ path: USERS, id: user.id });
    toast(error ? { text: say(error), tone: "bad" } : { text: t("rows.restored") });
  };

  return (
    <Button icon="restore" busy={isLoading} onClick={() => void run()}>
      {t("rows.restore")}
    </Button>
  );
}
