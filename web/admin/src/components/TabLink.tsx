import { NavLink } from "react-router";

/** One of the parts of a screen that has its own address. */
export function TabLink({ to, label, exact }: { to: string; label: string; exact?: boolean }) {
  return (
    <NavLink
      to={to}
      end={exact}
      className={({ isActive }) =>
        `-mb-px min-h-11 border-b-2 px-3 py-2.5 sm:px-4 text-sm font-medium whitespace-nowrap ${isActive ? "border-accent text-accent" : "border-transparent text-muted hover:text-ink"}`
      }
    >
      {label}
    </NavLink>
  );
}
