import { useState } from "react";

interface Props {
  name: string;
  /** Address of a picture; one of another site is not shown, because the panel loads nothing from elsewhere. */
  picture: string | null;
  className?: string;
}

/** Somebody's picture, or the first letters of their name: a drawing too, for the name itself stands beside it. */
export function Avatar({ name, picture, className = "size-8 text-xs" }: Props) {
  const [broken, setBroken] = useState<string | null>(null);
  const shape = `inline-flex shrink-0 items-center justify-center rounded-full ${className}`;
  if (picture && picture !== broken && isOurs(picture)) {
    return <img src={picture} alt="" className={`${shape} object-cover`} onError={() => setBroken(picture)} />;
  }
  return (
    <span
      aria-hidden="true"
      data-initials={initialsOf(name)}
      className={`${shape} bg-accent-soft font-semibold text-accent before:content-[attr(data-initials)]`}
    />
  );
}

function isOurs(address: string): boolean {
  return URL.canParse(address, window.location.origin) && new URL(address, window.location.origin).origin === window.location.origin;
}

/** `Ada Maria Klein` → `AK` */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toUpperCase();
}
