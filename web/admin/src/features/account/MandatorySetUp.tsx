import { useState } from "react";
import { useTranslation } from "react-i18next";
import { unreachable } from "../../api/apiError";
import { useRefreshUser } from "../../api/profileApi";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { useSignOut } from "../../components/signOut";
import { Threshold } from "../../components/Threshold";
import { TwoFactorSetUp } from "./TwoFactorSetUp";

/** The time to set up a second step is over: there is this, and the way out. */
export default function MandatorySetUp() {
  const { t } = useTranslation();
  const signOut = useSignOut();
  const refreshUser = useRefreshUser();
  const [unread, setUnread] = useState(false);

  const enter = async () => setUnread(!(await refreshUser()));

  return (
    <Threshold title={t("twoFactor.setUpTitle")} intro={t("twoFactor.mandatory")} width="wide">
      <div className="space-y-6">
        {unread ? (
          <ErrorNotice error={unreachable} onRetry={() => void enter()} />
        ) : (
          <TwoFactorSetUp onDone={() => void enter()} />
        )}
        <Button look="quiet" icon="signOut" onClick={() => void signOut()}>
          {t("account.signOut")}
        </Button>
      </div>
    </Threshold>
  );
}
