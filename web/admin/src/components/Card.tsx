import type { ReactNode } from "react";

interface Props {
  title?: string;
  intro?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of a screen with its own heading. */
export function Card({ title, intro, actions, children }: Props) {
  return (
    <section className="rounded-lg border border-line bg-surface shadow-sm">
      {title && (
        <header className="flex flex-wrap items-center justify-between gap-3 px-5 pt-5 sm:px-6">
          <div className="min-w-0 flex-1 basis-64">
            <h2 className="text-lg font-semibold">{title}</h2>
            {intro && <p className="mt-0.5 max-w-2xl text-sm text-muted">{intro}</p>}
          </div>
          {actions}
        </header>
      )}
      <div className="p-5 sm:p-6">{children}</div>
    </section>
  );
}
