import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { useToast } from "../../components/toast";
import { useText } from "../../i18n/language";
import { useInstallPackageMutation } from "./lifeApi";
import { PackageInput } from "./PackageInput";
import { usePackageError } from "./packageError";

/** Sends a package to the host, which looks at all of it; then its contract is there to be judged. */
export function InstallDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const toast = useToast();
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const [install, { isLoading, error, reset }] = useInstallPackageMutation();
  const refusal = usePackageError(error);

  const run = async () => {
    if (!file) return;
    const { data: plugin } = await install(file);
    if (!plugin) return;
    onClose();
    void navigate(`/plugins/${plugin.id}`);
    const [name, { version, update }] = [text(plugin.name), plugin];
    toast({
      text: update
        ? t("life.install.doneBeside", { name, version: update, present: version })
        : t("life.install.done", { name, version }),
    });
  };

  const choose = (chosen: File) => {
    reset();
    setFile(chosen);
  };

  return (
    <Dialog
      open
      title={t("life.install.title")}
      onClose={isLoading ? () => undefined : onClose}
      footer={
        <>
          <Button disabled={isLoading} onClick={onClose}>
            {t("actions.cancel")}
          </Button>
          <Button look="primary" busy={isLoading} disabled={!file} onClick={() => void run()}>
            {t("life.install.start")}
          </Button>
        </>
      }
    >
      <p className="mb-4 text-muted">{t("life.install.intro")}</p>
      <PackageInput file={file} error={refusal} disabled={isLoading} onChoose={choose} />
      <p role="status" className="pt-3 text-muted empty:hidden">
        {isLoading && t("life.install.busy")}
      </p>
    </Dialog>
  );
}
