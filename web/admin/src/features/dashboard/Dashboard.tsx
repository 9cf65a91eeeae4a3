import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { runsTheSystem } from "../../api/access";
import { useGetPanelQuery } from "../../api/panelApi";
import { selectUser } from "../../api/session";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loading } from "../../components/Loading";
import { Page } from "../../components/Page";
import { Attention } from "./Attention";
import { Counts } from "./Counts";
import { FirstSteps } from "./FirstSteps";

/** Where the day starts: what to do first, what needs a look, what there is. */
export default function Dashboard() {
  const { t } = useTranslation();
  const user = useSelector(selectUser);
  const { data: panel, error, refetch } = useGetPanelQuery();
  return (
    <Page
      title={t("dashboard.hello", { name: user?.name ?? "" })}
      intro={panel && t("dashboard.intro", { site: panel.site.name })}
    >
      {!panel && !error && <Loading />}
      {!panel && error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {panel && (
        <div className="space-y-6">
          {runsTheSystem(user) && <Attention />}
          <FirstSteps panel={panel} />
          <Counts panel={panel} />
        </div>
      )}
    </Page>
  );
}
