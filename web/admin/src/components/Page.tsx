import { useEffect, useRef, type ReactNode } from "react";
import { Link, useLocation } from "react-router";
import { Icon } from "./Icon";

interface Props {
  title: string;
  intro?: ReactNode;
  back?: { to: string; label: string };
  /** Beside the title. */
  badge?: ReactNode;
  actions?: ReactNode;
  width?: "form" | "full";
  /** What the screen is about stands like this; a step to another may take away what had the focus. */
  stage?: string;
  children: ReactNode;
}

/** A screen: names the document, and takes the focus after a change of screen so that it is read out. */
export function Page({ title, intro, back, badge, actions, width = "full", stage, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(stage);
  const { pathname, key } = useLocation();
  const arrived = key !== "default";

  useEffect(() => {
    document.title = `${title} · Magnetiq`;
  }, [title]);

  useEffect(() => {
    if (arrived) heading.current?.focus();
    // A change of the query alone is the same screen.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [pathname]);

  useEffect(() => {
    if (stage === before.current) return;
    before.current = stage;
    if (document.activeElement === document.body) heading.current?.focus();
  }, [stage]);

  return (
    <div className={width === "form" ? "mx-auto max-w-3xl" : "mx-auto max-w-6xl"}>
      {back && (
        <Link
          to={back.to}
          className="mb-2 -ml-1.5 inline-flex min-h-9 items-center gap-1 rounded-md pr-2 text-sm text-muted hover:text-ink"
        >
          <Icon name="back" className="size-4" />
          {back.label}
        </Link>
      )}
      <header className="mb-6 flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-3">
            <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight break-words">
              {title}
            </h1>
            {badge}
          </div>
          {intro && <p className="mt-1 max-w-2xl text-muted">{intro}</p>}
        </div>
        {actions && <div className="flex flex-wrap gap-3">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
