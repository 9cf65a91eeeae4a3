import { skipToken } from "@reduxjs/toolkit/query";
import { useTranslation } from "react-i18next";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loading } from "../../components/Loading";
import { Threshold } from "../../components/Threshold";
import { useCheckSetUpQuery } from "./authApi";
import { isSpent, useLinkToken } from "./linkToken";
import { SetUpForm } from "./SetUpForm";
import { SpentLink } from "./SpentLink";

/** The one-time link for the first user. */
export default function SetUp() {
  const { t } = useTranslation();
  const token = useLinkToken();
  const { data, error, isLoading, refetch } = useCheckSetUpQuery(token || skipToken);

  if (isLoading) return <Loading />;
  if (data?.valid) {
    return (
      <Threshold title={t("setUp.title")} intro={t("setUp.intro")}>
        <SetUpForm key={token} token={token} />
      </Threshold>
    );
  }
  return (
    <Threshold title={t("setUp.title")}>
      {error && !isSpent(error) ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : <UsedLink />}
    </Threshold>
  );
}

function UsedLink() {
  const { t } = useTranslation();
  return (
    <SpentLink>
      <p>{t("setUp.used")}</p>
      <p>
        <code className="font-mono text-xs">magnetiq user add --email … --role super_admin</code>
      </p>
    </SpentLink>
  );
}
