import { skipToken } from "@reduxjs/toolkit/query";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { asApiError } from "../../api/apiError";
import { ButtonLink } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loading } from "../../components/Loading";
import { Notice } from "../../components/Notice";
import { useCheckSetUpQuery } from "./authApi";
import { SetUpForm } from "./SetUpForm";
import { Threshold } from "./Threshold";

/** The one-time link for the first user; its token stands in the fragment, which no server and no log ever sees. */
export default function SetUp() {
  const { t } = useTranslation();
  const { hash } = useLocation();
  const token = hash.slice(1);
  const { data, error, isLoading, refetch } = useCheckSetUpQuery(token || skipToken);

  if (isLoading) return <Loading />;
  if (data?.valid) {
    return (
      <Threshold title={t("setUp.title")} intro={t("setUp.intro")}>
        <SetUpForm token={token} />
      </Threshold>
    );
  }
  const broken = error && ![400, 401, 404, 409, 410, 422].includes(asApiError(error).status);
  return (
    <Threshold title={t("setUp.title")}>
      {broken ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : <UsedLink />}
    </Threshold>
  );
}

function UsedLink() {
  const { t } = useTranslation();
  return (
    <div className="space-y-6">
      <Notice tone="warn" title={t("setUp.usedTitle")}>
        <p>{t("setUp.used")}</p>
        <p>
          <code className="font-mono text-xs">magnetiq user add --email … --role super_admin</code>
        </p>
      </Notice>
      <ButtonLink to="/sign-in" look="primary" className="w-full">
        {t("auth.signIn")}
      </ButtonLink>
    </div>
  );
}
