import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { UpgradePreview, VersionChange } from "../../api/types";
import { Badge } from "../../components/Badge";
import { Icon } from "../../components/Icon";
import { Notice } from "../../components/Notice";
import { formatDuration } from "../../format/numbers";
import { useLanguage, useText } from "../../i18n/language";

/** Milliseconds that nobody notices. */
const UNNOTICED = 1000;

/** From which version to which; what grows, before all else. */
export function UpgradeChanges({ preview }: { preview: UpgradePreview }) {
  const { t } = useTranslation();
  const { from, to, changes, holds_writer_ms: held } = preview;
  const [growing, others] = [changes.filter(({ grows }) => grows), changes.filter(({ grows }) => !grows)];
  return (
    <>
      <dl className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Version label={t("life.update.from")} version={from} />
        <Icon name="arrowRight" className="size-5 text-faint" />
        <Version label={t("life.update.to")} version={to} />
      </dl>
      {growing.length > 0 && (
        <Changes title={t("life.update.more")} changes={growing} mark={<Badge tone="warn">{t("life.update.moreBadge")}</Badge>} />
      )}
      {others.length > 0 && <Changes title={t("life.update.others")} changes={others} />}
      {changes.length === 0 && <p>{t("life.update.nothing")}</p>}
      {held !== null && held >= UNNOTICED && <Hold milliseconds={held} />}
      <p className="text-muted">{t("life.update.back")}</p>
    </>
  );
}

function Version({ label, version }: { label: string; version: string }) {
  return (
    <div className="flex items-baseline gap-2">
      <dt className="text-muted">{label}</dt>
      <dd className="text-base font-semibold tabular-nums">{version}</dd>
    </div>
  );
}

function Changes({ title, changes, mark }: { title: string; changes: VersionChange[]; mark?: ReactNode }) {
  const text = useText();
  return (
    <section>
      <h3 className="mb-2 text-base font-medium">{title}</h3>
      <ul className="divide-y divide-line rounded-md border border-line">
        {changes.map((change) => (
          <li key={change.text.en} className="flex items-start gap-3 px-3 py-2.5">
            {mark && <span className="shrink-0">{mark}</span>}
            <span className="min-w-0 break-words">{text(change.text)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Hold({ milliseconds }: { milliseconds: number }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Notice tone="warn" title={t("life.update.holds", { time: formatDuration(milliseconds, language) })}>
      <p>{t("life.update.holdsText")}</p>
    </Notice>
  );
}
