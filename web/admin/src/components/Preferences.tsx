import { Menu, MenuButton, MenuItem, MenuItems } from "@headlessui/react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { chooseLanguage, LANGUAGES, useLanguage } from "../i18n/language";
import { Icon } from "./Icon";
import { chosenTheme, chooseTheme, THEMES } from "./theme";

/** Language and theme, kept on this device. */
export function Preferences() {
  const { t } = useTranslation();
  const language = useLanguage();
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <Menu>
      <MenuButton
        className="inline-flex min-h-11 items-center gap-2 rounded-md px-3 text-sm text-muted hover:bg-sunken hover:text-ink sm:min-h-10"
      >
        <Icon name="globe" />
        <span className="sr-only">{t("preferences.label")}</span>
        {language.toUpperCase()}
      </MenuButton>
      <MenuItems
        anchor={{ to: "bottom end", gap: 4 }}
        className="z-50 w-52 rounded-md border border-line bg-raised p-1 text-sm shadow-lg"
      >
        <p className="px-3 pt-2 pb-1 text-xs text-muted">{t("preferences.language")}</p>
        {LANGUAGES.map((one) => (
          <Choice key={one} chosen={one === language} onChoose={() => void chooseLanguage(one)}>
            {t(`languages.${one}`)}
          </Choice>
        ))}
        <p className="mt-1 border-t border-line px-3 pt-3 pb-1 text-xs text-muted">{t("preferences.theme")}</p>
        {THEMES.map((one) => (
          <Choice
            key={one}
            chosen={one === theme}
            onChoose={() => {
              chooseTheme(one);
              setTheme(one);
            }}
          >
            {t(`preferences.themes.${one}`)}
          </Choice>
        ))}
      </MenuItems>
    </Menu>
  );
}

function Choice({ chosen, onChoose, children }: { chosen: boolean; onChoose: () => void; children: string }) {
  return (
    <MenuItem>
      <button
        type="button"
        onClick={onChoose}
        aria-current={chosen || undefined}
        className="flex min-h-10 w-full items-center justify-between rounded-sm px-3 text-left data-focus:bg-accent-soft"
      >
        {children}
        {chosen && <Icon name="check" className="size-4 text-accent" />}
      </button>
    </MenuItem>
  );
}
