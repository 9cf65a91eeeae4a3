import { useTranslation } from "react-i18next";
import { ButtonLink } from "../components/Button";
import { Empty } from "../components/Empty";
import { Page } from "../components/Page";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t("notFound.title")}>
      <Empty icon="search" title={t("notFound.text")}>
        <ButtonLink to="/" look="primary">
          {t("menu.dashboard")}
        </ButtonLink>
      </Empty>
    </Page>
  );
}
