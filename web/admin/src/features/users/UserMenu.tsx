import { Menu, MenuButton, MenuItem, MenuItems } from "@headlessui/react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Link } from "react-router";
import { selectUser } from "../../api/session";
import { Icon, type IconName } from "../../components/Icon";
import { useNow } from "../../components/now";
import { keyOf, offersFor, type Offer } from "./userActions";
import { UserQuestion } from "./UserQuestion";
import type { UserRow } from "./usersApi";

const icons: Record<Offer, IconName> = { invite: "mail", unlock: "key", lock: "lock", "mfa/reset": "shield", delete: "trash" };

/** What can be done with somebody's account. */
export function UserMenu({ user }: { user: UserRow }) {
  const { t } = useTranslation();
  const self = useSelector(selectUser);
  const now = useNow();
  const [asked, setAsked] = useState<Offer | null>(null);
  const look = "flex min-h-10 w-full items-center gap-3 rounded-sm px-3 text-left data-focus:bg-accent-soft";
  return (
    <>
      <Menu>
        <MenuButton
          aria-label={t("users.actionsOf", { name: user.name || user.email })}
          className="inline-flex size-11 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-ink sm:size-10"
        >
          <Icon name="more" />
        </MenuButton>
        <MenuItems
          anchor={{ to: "bottom end", gap: 4 }}
          className="z-50 w-72 rounded-md border border-line bg-raised p-1 text-sm shadow-lg"
        >
          <MenuItem>
            <Link to={`/users/${user.id}/edit`} className={look}>
              <Icon name="edit" />
              {t("actions.edit")}
            </Link>
          </MenuItem>
          {offersFor(user, self?.id, now).map((offer) => (
            <MenuItem key={offer}>
              <button
                type="button"
                onClick={() => setAsked(offer)}
                className={`${look} ${offer === "delete" ? "text-bad" : ""}`}
              >
                <Icon name={icons[offer]} />
                {t(`users.${keyOf(offer)}.open`)}
              </button>
            </MenuItem>
          ))}
        </MenuItems>
      </Menu>
      {asked && <UserQuestion user={user} offer={asked} onClose={() => setAsked(null)} />}
    </>
  );
}
