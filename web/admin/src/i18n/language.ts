import { createInstance } from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import type { Language, Text } from "../api/types";

export const LANGUAGES: Language[] = ["en", "de"];
const STORED = "magnetiq.language";

const translation = createInstance();

const texts = {
  en: () => import("./en").then(({ en }) => en),
  de: () => import("./de").then(({ de }) => de),
};

/** Starts translation in the language that the reader chose, else in the browser's. */
export async function startTranslation(): Promise<void> {
  await translation.use(initReactI18next).init({
    fallbackLng: "en",
    interpolation: { escapeValue: false },
    showSupportNotice: false,
    resources: {},
    react: { useSuspense: false },
  });
  await showLanguage(chosenLanguage() ?? browserLanguage());
}

/** Shows the panel in a language, loading its texts when they are not there yet. */
export async function showLanguage(language: Language): Promise<void> {
  if (!translation.hasResourceBundle(language, "translation")) {
    translation.addResourceBundle(language, "translation", await texts[language]());
  }
  await translation.changeLanguage(language);
  document.documentElement.lang = language;
}

/** Shows a language and remembers it on this device. */
export async function chooseLanguage(language: Language): Promise<void> {
  remember(language);
  await showLanguage(language);
}

/** The language that was chosen on this device. */
export function chosenLanguage(): Language | null {
  try {
    return LANGUAGES.find((language) => language === localStorage.getItem(STORED)) ?? null;
  } catch {
    return null;
  }
}

/** The language on the screen now. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === "de" ? "de" : "en";
}

/** The version of a text for a language, English where there is none. */
export function textIn(text: Text | undefined, language: string): string {
  return (language === "de" && text?.de) || (text?.en ?? "");
}

/** Reads texts that come with both versions. */
export function useText(): (text: Text | undefined) => string {
  const language = useLanguage();
  return (text) => textIn(text, language);
}

function browserLanguage(): Language {
  return navigator.language.startsWith("de") ? "de" : "en";
}

function remember(language: Language): void {
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // Storage is closed to us: the choice lasts as long as the page.
  }
}
