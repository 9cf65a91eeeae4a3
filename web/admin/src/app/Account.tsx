import { Menu, MenuButton, MenuItem, MenuItems } from "@headlessui/react";
import { useTranslation } from "react-i18next";
import { useDispatch, useSelector, useStore } from "react-redux";
import { useNavigate } from "react-router";
import { api } from "../api/api";
import { selectUser, signedOut } from "../api/session";
import { authorizedFetch } from "../api/transport";
import { Icon } from "../components/Icon";

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
        <Icon name="user" className="size-5 text-muted" />
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
          <button
            type="button"
            onClick={() => void signOut()}
            className="mt-1 flex min-h-10 w-full items-center gap-3 rounded-sm px-3 text-left data-focus:bg-accent-soft"
          >
            <Icon name="signOut" />
            {t("account.signOut")}
          </button>
        </MenuItem>
      </MenuItems>
    </Menu>
  );
}

function useSignOut(): () => Promise<void> {
  const store = useStore();
  const dispatch = useDispatch();
  const navigate = useNavigate();
  return async () => {
    // Whatever the host says, nothing of this user may stay on the screen.
    await authorizedFetch({ url: "/auth/logout", method: "POST" }, store).catch(() => null);
    dispatch(signedOut());
    dispatch(api.util.resetApiState());
    await navigate("/sign-in", { replace: true });
  };
}
