import type { ReactNode } from "react";
import { Icon, type IconName } from "./Icon";

type Tone = "bad" | "warn" | "good" | "accent";

const tones: Record<Tone, { colours: string; icon: IconName }> = {
  bad: { colours: "bg-bad-soft text-bad", icon: "alert" },
  warn: { colours: "bg-warn-soft text-warn", icon: "alert" },
  good: { colours: "bg-good-soft text-good", icon: "check" },
  accent: { colours: "bg-accent-soft text-accent", icon: "shield" },
};

interface Props {
  tone: Tone;
  title?: ReactNode;
  children?: ReactNode;
}

/** A message in the flow of a page; bad ones are read out at once. */
export function Notice({ tone, title, children }: Props) {
  const { colours, icon } = tones[tone];
  return (
    <div role={tone === "bad" ? "alert" : "status"} className={`flex gap-3 rounded-md p-4 text-sm ${colours}`}>
      <Icon name={icon} className="mt-px size-5" />
      <div className="min-w-0 space-y-1 break-words">
        {title && <p className="font-semibold">{title}</p>}
        {children}
      </div>
    </div>
  );
}
