import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { useGetPanelQuery } from "../../api/panelApi";
import type { Panel, Resource } from "../../api/types";
import { Empty } from "../../components/Empty";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loading } from "../../components/Loading";
import { Page } from "../../components/Page";

/** The resource that the address names, and where it is read. */
export interface Described {
  plugin: string;
  /** `/webinars/topics`: its place in the API and in the panel alike. */
  path: string;
  resource: Resource;
  panel: Panel;
}

/** Draws a screen once the description of its resource is there. */
export function ResourceScreen({ children }: { children: (described: Described) => ReactNode }) {
  const { t } = useTranslation();
  const { plugin = "", resource: name = "" } = useParams();
  const { data: panel, error, refetch } = useGetPanelQuery();
  const resource = panel?.resources[`${plugin}/${name}`];
  if (panel && resource) return children({ plugin, path: `/${plugin}/${name}`, resource, panel });
  if (error && !panel) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!panel) return <Loading />;
  return (
    <Page title={t("notFound.title")}>
      <Empty icon="search" title={t("rows.noResource")}>
        {t("rows.noResourceText")}
      </Empty>
    </Page>
  );
}
