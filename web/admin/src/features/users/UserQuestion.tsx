import { useTranslation } from "react-i18next";
import { useDeleteRowMutation } from "../../api/rowsApi";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { useToast } from "../../components/toast";
import { keyOf, type Offer } from "./userActions";
import { useActOnUserMutation, USERS, type UserRow } from "./usersApi";

interface Props {
  user: UserRow;
  offer: Offer;
  onClose: () => void;
}

/** Says what will happen to somebody's account before it does. */
export function UserQuestion({ user, offer, onClose }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const [act, acting] = useActOnUserMutation();
  const [remove, removing] = useDeleteRowMutation();
  const { isLoading, error } = offer === "delete" ? removing : acting;
  const key = keyOf(offer);
  const who = { name: user.name || user.email, email: user.email };

  const run = async () => {
    const { id } = user;
    const answer = await (offer === "delete" ? remove({ path: USERS, id }) : act({ id, action: offer }));
    if (answer.error) return;
    onClose();
    toast({ text: t(`users.${key}.done`, who) });
  };

  return (
    <ConfirmDialog
      open
      tone={offer === "invite" || offer === "unlock" ? "primary" : "danger"}
      title={t(`users.${key}.title`, who)}
      confirm={t(`users.${key}.confirm`)}
      busy={isLoading}
      error={error}
      onConfirm={() => void run()}
      onClose={onClose}
    >
      <p>{t(`users.${key}.text`, who)}</p>
    </ConfirmDialog>
  );
}
