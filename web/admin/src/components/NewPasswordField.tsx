import type { ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { PasswordField } from "./TextField";

/** The host's own limit; it also refuses passwords that everybody uses or that have been stolen. */
export const SHORTEST = 8;

type Props = Omit<ComponentProps<typeof PasswordField>, "help" | "autoComplete"> & { length: number };

/** A password that is being chosen. Length is what counts; nobody is asked for a special character. */
export function NewPasswordField({ length, ...field }: Props) {
  return <PasswordField {...field} autoComplete="new-password" help={<Hint length={length} />} />;
}

function Hint({ length }: { length: number }) {
  const { t } = useTranslation();
  if (length === 0) return <>{t("password.hint", { least: SHORTEST })}</>;
  if (length < SHORTEST) return <>{t("password.short", { missing: SHORTEST - length })}</>;
  return <>{length < 15 ? t("password.fine") : t("password.strong")}</>;
}
