import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Link, type LinkProps } from "react-router";
import { Icon, type IconName } from "./Icon";
import { Spinner } from "./Spinner";

type Look = "primary" | "secondary" | "danger" | "quiet";

const shape =
  "inline-flex min-h-11 items-center justify-center gap-2 rounded-md px-4 text-sm font-medium transition-colors sm:min-h-10 sm:whitespace-nowrap disabled:cursor-not-allowed disabled:opacity-60";

const looks: Record<Look, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  secondary: "border border-line bg-surface text-ink shadow-sm hover:border-line-strong hover:bg-canvas",
  danger: "bg-bad text-on-bad hover:bg-bad-strong",
  quiet: "text-muted hover:bg-sunken hover:text-ink",
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  icon?: IconName;
  busy?: boolean;
  children: ReactNode;
}

/** A button; while `busy` it keeps its place and its focus, and does nothing. */
export function Button({ look = "secondary", icon, busy, children, className = "", onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${shape} ${looks[look]} ${className}`}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy ? <Spinner /> : icon && <Icon name={icon} className="size-4.5" />}
      {children}
    </button>
  );
}

interface ButtonLinkProps extends LinkProps {
  look?: Look;
  icon?: IconName;
  children: ReactNode;
}

/** A link to another screen that looks like a button. */
export function ButtonLink({ look = "secondary", icon, children, className = "", ...rest }: ButtonLinkProps) {
  return (
    <Link {...rest} className={`${shape} ${looks[look]} ${className}`}>
      {icon && <Icon name={icon} className="size-4.5" />}
      {children}
    </Link>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: IconName;
  /** What it does, for those who do not see the drawing. */
  label: string;
}

export function IconButton({ icon, label, className = "", ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={`inline-flex size-11 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-ink sm:size-10 ${className}`}
    >
      <Icon name={icon} />
    </button>
  );
}
