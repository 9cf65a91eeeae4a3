import { useTranslation } from "react-i18next";
import { deviceOf } from "../format/device";

/** A device in words: `Firefox on Windows`. */
export function useDeviceText(): (userAgent: string | null) => string {
  const { t } = useTranslation();
  return (userAgent) => {
    const { browser, system, word } = deviceOf(userAgent);
    if (browser && system) return t("device.both", { browser, system });
    return browser || system || word || t("device.unknown");
  };
}
