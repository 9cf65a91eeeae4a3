import { useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../components/Icon";
import { borderOf, describedBy, FieldError } from "../../components/Input";
import { formatBytes } from "../../format/numbers";
import { useLanguage } from "../../i18n/language";

interface Props {
  file: File | null;
  error: string | undefined;
  disabled: boolean;
  onChoose: (file: File) => void;
}

const ID = "package";

/** Takes a package from the file picker, or where it is dropped. */
export function PackageInput({ file, error, disabled, onChoose }: Props) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const [astray, setAstray] = useState(false);
  const shown = astray ? t("life.install.notOne") : error;

  const take = (files: FileList | null) => {
    const [chosen, ...others] = files ?? [];
    if (!chosen) return;
    const fits = others.length === 0 && chosen.name.toLowerCase().endsWith(".mqp");
    setAstray(!fits);
    if (fits) onChoose(chosen);
  };

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!disabled) take(event.dataTransfer.files);
  };

  return (
    <div className="space-y-1.5">
      <label htmlFor={ID} className="block font-medium">
        {t("life.install.file")}
      </label>
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={`relative rounded-md border-2 border-dashed transition-colors has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus ${over ? "border-accent bg-accent-soft" : `${borderOf(shown)} hover:bg-sunken`}`}
      >
        <div className="flex min-h-32 flex-col items-center justify-center gap-1 px-4 py-6 text-center">
          <span className="mb-1 flex size-11 items-center justify-center rounded-full bg-accent-soft text-accent">
            <Icon name={file ? "file" : "upload"} />
          </span>
          {file ? <Chosen file={file} /> : <Invitation />}
        </div>
        <input
          id={ID}
          type="file"
          accept=".mqp,application/zip"
          disabled={disabled}
          className="absolute inset-0 size-full cursor-pointer opacity-0 disabled:cursor-not-allowed"
          {...describedBy(ID, true, shown)}
          onChange={(event) => {
            take(event.target.files);
            // The same file, built anew, can be chosen again.
            event.target.value = "";
          }}
        />
      </div>
      <div role="alert" className="break-words whitespace-pre-line">
        <FieldError id={ID} error={shown} />
      </div>
    </div>
  );
}

function Invitation() {
  const { t } = useTranslation();
  return (
    <>
      <p className="font-medium">{t("life.install.drop")}</p>
      <p id={`${ID}-help`} className="text-muted">
        {t("life.install.kind")}
      </p>
    </>
  );
}

function Chosen({ file }: { file: File }) {
  const language = useLanguage();
  return (
    <div id={`${ID}-help`} className="max-w-full">
      <p className="font-medium break-all">{file.name}</p>
      <p className="text-muted">{formatBytes(file.size, language)}</p>
    </div>
  );
}
