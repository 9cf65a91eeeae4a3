import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/Button";
import { InstallDialog } from "./InstallDialog";

/** The way to a plugin that is not there yet, or to a newer version of one that is. */
export function InstallButton() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look="primary" icon="plus" onClick={() => setOpen(true)}>
        {t("life.install.open")}
      </Button>
      {open && <InstallDialog onClose={() => setOpen(false)} />}
    </>
  );
}
