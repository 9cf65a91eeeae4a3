import { useTranslation } from "react-i18next";
import type { Pagination } from "../api/types";
import { formatNumber } from "../format/numbers";
import { useLanguage } from "../i18n/language";
import { Button } from "./Button";

interface Props {
  pagination: Pagination;
  onPage: (page: number) => void;
}

/** Which rows these are, and the ways to the ones before and after. */
export function Pager({ pagination: { page, per_page, total }, onPage }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  const last = Math.max(1, Math.ceil(total / per_page));
  const first = total === 0 ? 0 : (page - 1) * per_page + 1;
  const range = {
    first: formatNumber(first, language),
    last: formatNumber(Math.min(page * per_page, total), language),
    total: formatNumber(total, language),
  };
  return (
    <nav
      aria-label={t("pager.label")}
      className="flex flex-wrap items-center justify-between gap-3 border-t border-line px-4 py-3 text-sm text-muted"
    >
      <p role="status">{t("pager.range", range)}</p>
      {last > 1 && (
        <div className="flex gap-2">
          <Button disabled={page <= 1} onClick={() => onPage(page - 1)}>
            {t("pager.previous")}
          </Button>
          <Button disabled={page >= last} onClick={() => onPage(page + 1)}>
            {t("pager.next")}
          </Button>
        </div>
      )}
    </nav>
  );
}
