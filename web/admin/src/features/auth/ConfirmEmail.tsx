import { useTranslation } from "react-i18next";
import { useConfirmEmailMutation } from "./authApi";
import { LinkQuestion } from "./LinkQuestion";
import { useLinkToken } from "./linkToken";

/** Agrees to a change of address, from the old one or from the new one. */
export default function ConfirmEmail() {
  const { t } = useTranslation();
  const token = useLinkToken();
  const [confirm, { isLoading, data, error }] = useConfirmEmailMutation();
  return (
    <LinkQuestion
      title={t("confirmEmail.title")}
      intro={t("confirmEmail.intro")}
      confirm={t("confirmEmail.confirm")}
      spent={t("confirmEmail.spent")}
      token={token}
      busy={isLoading}
      error={error}
      done={data && t(data.status === "changed" ? "confirmEmail.changed" : "confirmEmail.waiting")}
      onConfirm={() => void confirm({ token })}
    />
  );
}
