import { useState, type ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./Button";
import { Input } from "./Input";

type Props = Omit<ComponentProps<typeof Input>, "type">;

/** A password that may be shown, because typing blind makes people choose short ones. */
export function PasswordInput(props: Props) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <div className="relative">
      <Input {...props} type={shown ? "text" : "password"} className="pr-12" autoCapitalize="none" spellCheck={false} />
      <IconButton
        icon={shown ? "lock" : "eye"}
        label={shown ? t("auth.hidePassword") : t("auth.showPassword")}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute inset-y-0 right-0"
      />
    </div>
  );
}
