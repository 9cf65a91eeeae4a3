import { useTranslation } from "react-i18next";
import { useRestoreRowMutation } from "../../api/rowsApi";
import { Button } from "../../components/Button";
import { useErrorText } from "../../components/errorText";
import { useToast } from "../../components/toast";

/** Brings a row back from the trash. */
export function RestoreButton({ path, id }: { path: string; id: number }) {
  const { t } = useTranslation();
  const toast = useToast();
  const say = useErrorText();
  const [restore, { isLoading }] = useRestoreRowMutation();

  const run = async () => {
    const answer = await restore({ path, id });
    toast(answer.error ? { text: say(answer.error), tone: "bad" } : { text: t("rows.restored") });
  };

  return (
    <Button icon="restore" busy={isLoading} onClick={() => void run()}>
      {t("rows.restore")}
    </Button>
  );
}
