import { useEffect, type ReactNode } from "react";
import { Preferences } from "./Preferences";

interface Props {
  title: string;
  intro?: ReactNode;
  /** `wide` for what needs room beside it. */
  width?: "narrow" | "wide";
  children: ReactNode;
}

/** The frame of the screens before somebody is signed in. */
export function Threshold({ title, intro, width = "narrow", children }: Props) {
  useEffect(() => {
    document.title = `${title} · Magnetiq`;
  }, [title]);

  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex items-center justify-end p-4">
        <Preferences />
      </header>
      <main className="flex flex-1 flex-col items-center px-4 pt-4 pb-16 sm:justify-center sm:pt-0">
        <div className={`w-full ${width === "wide" ? "max-w-xl" : "max-w-sm"}`}>
          <div className="mb-6 flex items-center gap-3">
            <span className="logo size-9" aria-hidden="true" />
            <span className="text-lg font-semibold tracking-tight">Magnetiq</span>
          </div>
          <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
          {intro && <p className="mt-2 text-muted">{intro}</p>}
          <div className="mt-6">{children}</div>
        </div>
      </main>
    </div>
  );
}
