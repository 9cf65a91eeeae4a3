interface Props {
  label: string;
  /** From 0 to 1; what is beyond shows as full. */
  share: number;
  /** The same in words: “3 of 500 per hour”. */
  words: string;
}

/** How much of something is used; the words say what the bar only shows. */
export function Meter({ label, share, words }: Props) {
  const percent = Math.round(Math.min(Math.max(share, 0), 1) * 100);
  const tone = share >= 1 ? "bg-bad" : share >= 0.8 ? "bg-warn" : "bg-accent";
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={words}
      className="h-2 overflow-hidden rounded-full bg-sunken"
    >
      <div className={`h-full rounded-full ${tone}`} style={{ width: `${percent}%` }} />
    </div>
  );
}
