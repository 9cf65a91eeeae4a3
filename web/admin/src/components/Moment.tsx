import { useTranslation } from "react-i18next";
import { formatMoment } from "../format/moments";
import { readerZone, sameClock } from "../format/zone";
import { useLanguage } from "../i18n/language";

interface Props {
  utc: string;
  /** The zone it is meant in; the reader's own when there is none. */
  zone?: string | null;
}

/** A moment in the zone it is meant in, and in the reader's where clocks differ. */
export function Moment({ utc, zone }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  const reader = readerZone();
  const meant = zone || reader;
  return (
    <time dateTime={utc} className="tabular-nums md:whitespace-nowrap">
      {formatMoment(utc, meant, language)}
      {!sameClock(utc, meant, reader) && (
        <span className="block text-xs text-muted">
          {t("fields.yourTime", { time: formatMoment(utc, reader, language) })}
        </span>
      )}
    </time>
  );
}
