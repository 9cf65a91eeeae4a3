import { useTranslation } from "react-i18next";
import { useVerifyEmailMutation } from "./authApi";
import { LinkQuestion } from "./LinkQuestion";
import { useLinkToken } from "./linkToken";

/** Says that an address of a new account is its owner's. */
export default function VerifyEmail() {
  const { t } = useTranslation();
  const token = useLinkToken();
  const [verify, { isLoading, isSuccess, error }] = useVerifyEmailMutation();
  return (
    <LinkQuestion
      title={t("verify.title")}
      intro={t("verify.intro")}
      confirm={t("verify.confirm")}
      spent={t("verify.spent")}
      token={token}
      busy={isLoading}
      error={error}
      done={isSuccess && t("verify.done")}
      onConfirm={() => void verify({ token })}
    />
  );
}
