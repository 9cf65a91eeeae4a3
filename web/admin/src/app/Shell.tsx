import { Dialog, DialogBackdrop, DialogPanel } from "@headlessui/react";
import { Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Outlet, ScrollRestoration, useNavigation, type Location } from "react-router";
import { selectUser } from "../api/session";
import { IconButton } from "../components/Button";
import { Loading } from "../components/Loading";
import { Preferences } from "../components/Preferences";
import { chosenLanguage, showLanguage } from "../i18n/language";
import { Account } from "./Account";
import { DueNotice } from "./DueNotice";
import { Sidebar } from "./Sidebar";

/** The frame of every screen: menu at the side, in a drawer on a phone. */
export function Shell() {
  const { t } = useTranslation();
  const { state } = useNavigation();
  useOwnLanguage();
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[16rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only rounded-md bg-accent px-4 py-3 text-on-accent focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:z-50"
      >
        {t("menu.skip")}
      </a>
      <aside className="sticky top-0 hidden h-dvh overflow-y-auto border-r border-line bg-surface lg:block">
        <Sidebar />
      </aside>
      <div className="flex min-w-0 flex-col">
        <header className="sticky top-0 z-20 flex h-14 items-center gap-2 border-b border-line bg-surface px-3 sm:px-6">
          <Drawer />
          <span className="logo size-6 lg:hidden" aria-hidden="true" />
          <div className="ml-auto flex items-center gap-1">
            <Preferences />
            <Account />
          </div>
          {state === "loading" && <div className="loading absolute inset-x-0 bottom-0 h-0.5 animate-pulse bg-accent" />}
        </header>
        <main id="content" tabIndex={-1} className="min-w-0 flex-1 px-4 py-6 pb-24 sm:px-8 sm:py-8">
          <DueNotice />
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <ScrollRestoration getKey={placeOf} />
    </div>
  );
}

/** The first screen of a visit has no key of its own, and would take its place from the first of the visit before. */
function placeOf({ key, pathname }: Location): string {
  return key === "default" ? pathname : key;
}

/** Somebody who never chose a language on this device gets the one of their account. */
function useOwnLanguage(): void {
  const language = useSelector(selectUser)?.language;
  useEffect(() => {
    if (!chosenLanguage() && (language === "en" || language === "de")) void showLanguage(language);
  }, [language]);
}

function Drawer() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);

  return (
    <>
      <IconButton
        icon="menu"
        label={t("menu.open")}
        aria-expanded={open}
        onClick={() => setOpen(true)}
        className="lg:hidden"
      />
      <Dialog open={open} onClose={close} aria-label={t("menu.label")} className="relative z-30 lg:hidden">
        <DialogBackdrop className="fixed inset-0 bg-overlay" />
        <DialogPanel className="fixed inset-y-0 left-0 w-72 max-w-[85vw] overflow-y-auto bg-surface shadow-lg">
          <IconButton icon="close" label={t("actions.close")} onClick={close} className="absolute top-2 right-2" />
          <Sidebar onNavigate={close} />
        </DialogPanel>
      </Dialog>
    </>
  );
}
