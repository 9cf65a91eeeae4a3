import { Menu, MenuButton, MenuItem, MenuItems } from "@headlessui/react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Link } from "react-router";
import { selectUser } from "../api/session";
import { Avatar } from "../components/Avatar";
import { Icon } from "../components/Icon";
import { useSignOut } from "../components/signOut";

/** Who is signed in, and the way out. */
export function Account() {
  const { t } = useTranslation();
  const user = useSelector(selectUser);
  const signOut = useSignOut();
  if (!user) return null;
  return (
    <Menu>
      <MenuButton
        aria-label={t("account.label", { name: user.name })}
        className="inline-flex min-h-11 max-w-56 items-center gap-2 rounded-md px-3 text-sm hover:bg-sunken sm:min-h-10"
      >
        <Avatar name={user.name} picture={user.avatar_url} className="size-7 text-xs" />
        <span className="hidden truncate sm:inline">{user.name}</span>
      </MenuButton>
      <MenuItems
        anchor={{ to: "bottom end", gap: 4 }}
        className="z-50 w-64 rounded-md border border-line bg-raised p-1 text-sm shadow-lg"
      >
        <div className="border-b border-line px-3 py-2">
          <p className="truncate font-medium">{user.name}</p>
          <p className="truncate text-muted">{user.email}</p>
        </div>
        <MenuItem>
          <Link
            to="/account"
            className="mt-1 flex min-h-10 w-full items-center gap-3 rounded-sm px-3 data-focus:bg-accent-soft"
          >
            <Icon name="user" />
            {t("account.title")}
          </Link>
        </MenuItem>
        <MenuItem>
          <button
            type="button"
            onClick={() => void signOut()}
            className="flex min-h-10 w-full items-center gap-3 rounded-sm px-3 text-left data-focus:bg-accent-soft"
          >
            <Icon name="signOut" />
            {t("account.signOut")}
          </button>
        </MenuItem>
      </MenuItems>
    </Menu>
  );
}
