import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Link, useLocation } from "react-router";
import { selectUser } from "../api/session";
import { Notice } from "../components/Notice";
import { formatDay } from "../format/moments";
import { useLanguage } from "../i18n/language";

const SET_UP = "/account/two-factor";

/** Until when a second step has to be set up; not above the screen that does it. */
export function DueNotice() {
  const { t } = useTranslation();
  const language = useLanguage();
  const user = useSelector(selectUser);
  const { pathname } = useLocation();
  if (!user?.mfa_setup_due_at || pathname === SET_UP) return null;
  return (
    <div className="mx-auto mb-6 max-w-6xl">
      <Notice tone="warn" title={t("twoFactor.due", { date: formatDay(user.mfa_setup_due_at, language) })}>
        <p>
          {t("twoFactor.dueText")}{" "}
          <Link to={SET_UP} className="inline-block py-0.5 font-semibold underline">
            {t("twoFactor.setUp")}
          </Link>
        </p>
      </Notice>
    </div>
  );
}
