import { useEffect, useState } from "react";
import { Icon } from "./Icon";
import { Input } from "./Input";

interface Props {
  label: string;
  value: string;
  onSearch: (text: string) => void;
}

const PAUSE = 300;

/** Searches when the typing pauses. */
export function SearchBox({ label, value, onSearch }: Props) {
  const [typed, setTyped] = useState(value);

  useEffect(() => setTyped(value), [value]);

  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => onSearch(typed.trim()), PAUSE);
    return () => clearTimeout(timer);
    // `onSearch` is new on every drawing; only what was typed starts the clock again.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [typed, value]);

  return (
    <div className="relative w-full sm:w-64">
      <Icon name="search" className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted" />
      <Input
        type="search"
        aria-label={label}
        placeholder={label}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className="pl-9"
      />
    </div>
  );
}
