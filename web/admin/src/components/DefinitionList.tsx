import type { ReactNode } from "react";

interface Props {
  entries: { key: string; label: string; value: ReactNode }[];
}

/** Names and what they stand for, side by side where there is room. */
export function DefinitionList({ entries }: Props) {
  return (
    <dl className="divide-y divide-line text-sm">
      {entries.map(({ key, label, value }) => (
        <div key={key} className="grid gap-1 py-3 first:pt-0 last:pb-0 sm:grid-cols-[12rem_1fr] sm:gap-6">
          <dt className="text-muted">{label}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
