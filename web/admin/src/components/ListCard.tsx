import type { ReactNode } from "react";

interface Props {
  title: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of a screen whose rows reach from edge to edge. */
export function ListCard({ title, actions, children }: Props) {
  return (
    <section className="overflow-hidden rounded-lg border border-line bg-surface shadow-sm">
      <header className="flex min-h-14 flex-wrap items-center justify-between gap-3 border-b border-line px-4 py-2">
        <h2 className="text-lg font-semibold">{title}</h2>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </section>
  );
}
