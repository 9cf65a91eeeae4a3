import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { NavLink } from "react-router";
import { holds, runsTheSystem } from "../api/access";
import { useGetPanelQuery } from "../api/panelApi";
import { selectUser } from "../api/session";
import type { MenuEntry } from "../api/types";
import { Icon, iconNamed, type IconName } from "../components/Icon";
import { useText } from "../i18n/language";

/** The panel's own screens that take a permission. */
const SYSTEM = [
  { permission: "users:read", to: "/users", icon: "users", name: "users" },
  { permission: "plugins:manage", to: "/plugins", icon: "plug", name: "plugins" },
  { permission: "audit:read", to: "/security-events", icon: "shield", name: "events" },
  { permission: "audit:read", to: "/audit", icon: "list", name: "audit" },
] as const;

/** The menu: what plugins bring, between the panel's own screens. */
export function Sidebar({ onNavigate }: { onNavigate?: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const user = useSelector(selectUser);
  const { data: panel } = useGetPanelQuery();
  const system = runsTheSystem(user);
  return (
    <nav aria-label={t("menu.label")} className="flex min-h-full flex-col gap-6 p-3 pb-6">
      <div className="flex h-11 items-center gap-3 px-3">
        <span className="logo size-7" aria-hidden="true" />
        <span className="truncate font-semibold tracking-tight">{panel?.site.name || "Magnetiq"}</span>
      </div>
      <ul className="space-y-0.5">
        <Entry onNavigate={onNavigate} to="/" icon="dashboard" label={t("menu.dashboard")} exact />
      </ul>
      {groupsOf(panel?.menu ?? []).map(([plugin, entries]) => (
        <Group key={plugin} title={text(entries[0]?.plugin_name)}>
          {entries.map(({ resource, label, icon }) => (
            <Entry
              key={resource}
              onNavigate={onNavigate}
              to={`/${plugin}/${resource}`}
              icon={iconNamed(icon)}
              label={text(label)}
            />
          ))}
        </Group>
      ))}
      {(system || SYSTEM.some(({ permission }) => holds(user, permission))) && (
        <Group title={t("menu.system")}>
          {SYSTEM.filter(({ permission }) => holds(user, permission)).map(({ to, icon, name }) => (
            <Entry key={to} onNavigate={onNavigate} to={to} icon={icon} label={t(`menu.${name}`)} />
          ))}
          {system && <Entry onNavigate={onNavigate} to="/mail" icon="mail" label={t("menu.mail")} />}
          {system && <Entry onNavigate={onNavigate} to="/jobs" icon="jobs" label={t("menu.jobs")} />}
        </Group>
      )}
      <a
        href="/"
        className="mt-auto flex min-h-10 items-center gap-3 rounded-md px-3 text-sm text-muted hover:bg-sunken hover:text-ink"
      >
        <Icon name="external" />
        {t("menu.site")}
      </a>
    </nav>
  );
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div>
      <h2 className="px-3 pb-1 text-xs font-medium text-muted">{title}</h2>
      <ul className="space-y-0.5">{children}</ul>
    </div>
  );
}

interface EntryProps {
  to: string;
  icon: IconName;
  label: string;
  exact?: boolean;
  /** Closes the drawer, also when the link leads to where one is. */
  onNavigate?: () => void;
}

function Entry({ to, icon, label, exact, onNavigate }: EntryProps) {
  return (
    <li>
      <NavLink
        to={to}
        end={exact}
        onClick={onNavigate}
        className={({ isActive }) =>
          `flex min-h-11 items-center gap-3 rounded-md px-3 text-sm lg:min-h-10 ${isActive ? "bg-accent-soft font-medium text-accent" : "text-ink hover:bg-sunken"}`
        }
      >
        <Icon name={icon} />
        {label}
      </NavLink>
    </li>
  );
}

/** Entries by plugin, each in the order that the plugin wishes. */
function groupsOf(menu: MenuEntry[]): [string, MenuEntry[]][] {
  const sorted = menu.toSorted((one, other) => one.order - other.order);
  const plugins = [...new Set(sorted.map(({ plugin }) => plugin))];
  return plugins.map((plugin) => [plugin, sorted.filter((entry) => entry.plugin === plugin)]);
}
