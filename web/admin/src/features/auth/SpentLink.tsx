import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ButtonLink } from "../../components/Button";
import { Notice } from "../../components/Notice";

interface Props {
  /** What to do about it. */
  children: ReactNode;
  /** Where a new link is asked for; without it the way leads to the sign-in. */
  again?: { to: string; label: string };
}

/** A link that was used, has run out, or arrived in pieces. */
export function SpentLink({ children, again }: Props) {
  const { t } = useTranslation();
  return (
    <div className="space-y-6">
      <Notice tone="warn" title={t("link.spent")}>
        {children}
      </Notice>
      {again && (
        <ButtonLink to={again.to} look="primary" className="w-full">
          {again.label}
        </ButtonLink>
      )}
      <ButtonLink to="/sign-in" look={again ? "secondary" : "primary"} className="w-full">
        {t("auth.signIn")}
      </ButtonLink>
    </div>
  );
}
