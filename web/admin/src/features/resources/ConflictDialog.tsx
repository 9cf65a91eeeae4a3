import { useTranslation } from "react-i18next";
import type { Field, Row } from "../../api/types";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { FieldValue } from "../../fields/FieldValue";
import type { Payload } from "../../fields/formValues";
import { useText } from "../../i18n/language";

interface Props {
  plugin: string;
  fields: Field[];
  /** The row as it stands now. */
  theirs: Row;
  /** What would be sent. */
  mine: Payload;
  busy: boolean;
  onTakeTheirs: () => void;
  onKeepMine: () => void;
  onClose: () => void;
}

/** Somebody else saved in the meantime: both versions of what is at stake, and the choice. */
export function ConflictDialog({ plugin, fields, theirs, mine, busy, onTakeTheirs, onKeepMine, onClose }: Props) {
  const { t } = useTranslation();
  const text = useText();
  const atStake = fields.filter(({ name }) => name in mine);
  // A reference shows the name that came with its row, which is not the name of what was chosen instead.
  const titles = Object.fromEntries(atStake.map(({ name }) => [`${name}_title`, null]));
  const mineRow = { ...theirs, ...titles, ...mine };
  return (
    <Dialog
      open
      width="wide"
      title={t("conflict.title")}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("conflict.goOn")}</Button>
          <Button onClick={onTakeTheirs}>{t("conflict.takeTheirs")}</Button>
          <Button look="primary" busy={busy} onClick={onKeepMine}>
            {t("conflict.keepMine")}
          </Button>
        </>
      }
    >
      <p className="text-muted">{t("conflict.text")}</p>
      <div className="mt-4 divide-y divide-line rounded-md border border-line">
        {atStake.map((field) => (
          <section key={field.name} className="grid gap-3 p-4 sm:grid-cols-2">
            <h3 className="font-medium sm:col-span-2">{text(field.label)}</h3>
            <Version label={t("conflict.theirs")} field={field} row={theirs} plugin={plugin} />
            <Version label={t("conflict.mine")} field={field} row={mineRow} plugin={plugin} />
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function Version({ label, ...value }: { label: string; field: Field; row: Row; plugin: string }) {
  return (
    <div className="min-w-0 break-words">
      <p className="text-xs text-muted">{label}</p>
      <FieldValue {...value} />
    </div>
  );
}
