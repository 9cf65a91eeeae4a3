import type { ReactNode } from "react";

export type Tone = "good" | "warn" | "bad" | "accent" | "plain";

const tones: Record<Tone, string> = {
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  accent: "bg-accent-soft text-accent",
  plain: "bg-sunken text-muted",
};

const known: Record<string, Tone> = {
  enabled: "good",
  active: "good",
  confirmed: "good",
  published: "good",
  scheduled: "good",
  attended: "good",
  sent: "good",
  done: "good",
  running: "accent",
  sending: "accent",
  offered: "accent",
  invited: "accent",
  waitlisted: "warn",
  failed: "bad",
  locked: "bad",
  dead: "bad",
  cancelled: "bad",
};

/** The tone of a status by its usual name; plain when it is none of those. */
export function toneOf(status: string): Tone {
  return known[status] ?? "plain";
}

/** A short state in words; the colour only repeats them. */
export function Badge({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap ${tones[tone]}`}
    >
      {children}
    </span>
  );
}
