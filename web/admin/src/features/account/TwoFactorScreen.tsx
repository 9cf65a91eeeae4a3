import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Card } from "../../components/Card";
import { Page } from "../../components/Page";
import { useToast } from "../../components/toast";
import { useRefreshUser } from "../../api/profileApi";
import { TwoFactorSetUp } from "./TwoFactorSetUp";

const BACK = "/account/security";

/** Sets up the second step, for who wants it. */
export default function TwoFactorScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const toast = useToast();
  const refreshUser = useRefreshUser();

  const finish = async () => {
    await refreshUser();
    toast({ text: t("twoFactor.enabled") });
    await navigate(BACK, { replace: true });
  };

  return (
    <Page title={t("twoFactor.setUpTitle")} back={{ to: BACK, label: t("account.security") }} width="form">
      <Card>
        <TwoFactorSetUp onDone={() => void finish()} />
      </Card>
    </Page>
  );
}
