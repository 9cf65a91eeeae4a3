import { Dialog, DialogBackdrop, DialogPanel } from "@headlessui/react";
import { Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Outlet, ScrollRestoration, useLocation, useNavigation } from "react-router";
import { IconButton } from "../components/Button";
import { Loading } from "../components/Loading";
import { Preferences } from "../components/Preferences";
import { Account } from "./Account";
import { Sidebar } from "./Sidebar";

/** The frame of every screen: menu at the side, in a drawer on a phone. */
export function Shell() {
  const { t } = useTranslation();
  const { state } = useNavigation();
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
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <ScrollRestoration />
    </div>
  );
}

function Drawer() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { pathname } = useLocation();

  useEffect(() => setOpen(false), [pathname]);

  return (
    <>
      <IconButton
        icon="menu"
        label={t("menu.open")}
        aria-expanded={open}
        onClick={() => setOpen(true)}
        className="lg:hidden"
      />
      <Dialog open={open} onClose={() => setOpen(false)} aria-label={t("menu.label")} className="relative z-30 lg:hidden">
        <DialogBackdrop className="fixed inset-0 bg-overlay" />
        <DialogPanel className="fixed inset-y-0 left-0 w-72 max-w-[85vw] overflow-y-auto bg-surface shadow-lg">
          <IconButton
            icon="close"
            label={t("actions.close")}
            onClick={() => setOpen(false)}
            className="absolute top-2 right-2"
          />
          <Sidebar />
        </DialogPanel>
      </Dialog>
    </>
  );
}
