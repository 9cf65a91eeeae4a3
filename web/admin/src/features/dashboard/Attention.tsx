import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useListRowsQuery } from "../../api/rowsApi";
import { Notice } from "../../components/Notice";

/** Work that gave up, and where to see why. */
export function Attention() {
  const { t } = useTranslation();
  const mails = useDead("/mail");
  const jobs = useDead("/jobs");
  if (mails + jobs === 0) return null;
  return (
    <Notice tone="warn" title={t("dashboard.attention")}>
      {mails > 0 && (
        <p>
          <Link to="/mail?status=dead" className="underline">
            {t("dashboard.deadMail", { count: mails })}
          </Link>
        </p>
      )}
      {jobs > 0 && (
        <p>
          <Link to="/jobs?status=dead" className="underline">
            {t("dashboard.deadJobs", { count: jobs })}
          </Link>
        </p>
      )}
    </Notice>
  );
}

function useDead(path: string): number {
  const { data } = useListRowsQuery({ path, params: { status: "dead", per_page: 1 } });
  return data?.pagination.total ?? 0;
}
