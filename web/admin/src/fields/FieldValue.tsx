import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useGetPanelQuery } from "../api/panelApi";
import type { Field, Row } from "../api/types";
import { Badge, toneOf } from "../components/Badge";
import { Moment } from "../components/Moment";
import { formatNumber } from "../format/numbers";
import { useLanguage, useText } from "../i18n/language";
import { isLocalized, localizedValue } from "./formValues";
import { targetOf, titleText, useReferenced } from "./references";

interface Props {
  field: Field;
  row: Row;
  plugin: string;
}

/** Whether there is nothing to show. */
export function isEmptyValue(value: unknown): boolean {
  return value === null || value === undefined || value === "";
}

/** A value in one line, for lists. */
export function FieldValue({ field, row, plugin }: Props) {
  const { t } = useTranslation();
  const text = useText();
  const language = useLanguage();
  const value = row[field.name];
  if (isEmptyValue(value)) return <span className="text-faint">–</span>;
  if (isLocalized(field)) return <Clipped>{text(localizedValue(value))}</Clipped>;
  switch (field.kind) {
    case "boolean":
      return <>{value ? t("fields.yes") : t("fields.no")}</>;
    case "choice":
      return <ChoiceBadge field={field} value={String(value)} />;
    case "locale":
      return <>{value === "de" || value === "en" ? t(`languages.${value}`) : String(value)}</>;
    case "date_time":
      return <Moment utc={String(value)} zone={field.zone_field ? String(row[field.zone_field] ?? "") : null} />;
    case "integer":
    case "number":
      return <>{formatNumber(Number(value), language)}</>;
    case "person":
      return <PersonName field={field} row={row} />;
    case "reference":
      return <ReferenceLink field={field} row={row} plugin={plugin} />;
    case "json":
      return <Clipped>{JSON.stringify(value)}</Clipped>;
    default:
      return <Clipped>{String(value)}</Clipped>;
  }
}

/** A value inside a link, where there can be no other link. */
export function PlainValue(props: Props) {
  const linked = props.field.kind === "reference" && props.row[props.field.name] != null;
  return linked ? <ReferenceLink {...props} plain /> : <FieldValue {...props} />;
}

/** A value with all that it holds, for the screen of one row. */
export function FullValue({ field, row, plugin }: Props) {
  const { t } = useTranslation();
  const value = row[field.name];
  if (value && isLocalized(field)) {
    const versions = localizedValue(value);
    return (
      <div className="space-y-2">
        {(["en", "de"] as const).map((language) => (
          <p key={language} lang={language} className="whitespace-pre-line">
            <span className="mr-2 text-xs text-faint">{t(`languages.${language}`)}</span>
            {versions[language] || "–"}
          </p>
        ))}
      </div>
    );
  }
  if (value && field.kind === "email") return <Address href={`mailto:${String(value)}`}>{String(value)}</Address>;
  if (value && field.kind === "url") return <Address href={String(value)}>{String(value)}</Address>;
  if (value && field.kind === "long_text") return <p className="whitespace-pre-line">{String(value)}</p>;
  if (value && field.kind === "json") {
    return <pre className="overflow-auto font-mono text-xs">{JSON.stringify(value, null, 2)}</pre>;
  }
  return <FieldValue field={field} row={row} plugin={plugin} />;
}

function ChoiceBadge({ field, value }: { field: Field; value: string }) {
  const text = useText();
  const choice = field.choices?.find((one) => one.value === value);
  return <Badge tone={toneOf(value)}>{text(choice?.label) || value}</Badge>;
}

function ReferenceLink({ field, row, plugin, plain }: Props & { plain?: boolean }) {
  const language = useLanguage();
  const { data: panel } = useGetPanelQuery();
  const { path, resource } = targetOf(field, plugin, panel);
  const titleField = resource?.fields.find(({ name }) => name === resource.title_field);
  const title = titleText(row[`${field.name}_title`], titleField, language);
  // Of a row that is called by another row's name or by its time a part is told alone, so it is read itself.
  const indirect = ["reference", "person", "date_time"].includes(titleField?.kind ?? "");
  const referenced = useReferenced(field, plugin, indirect ? String(row[field.name]) : "", title);
  const name = referenced?.label || title || `#${String(row[field.name])}`;
  if (!resource || plain) return <>{name}</>;
  return (
    <Link to={`${path}/${String(row[field.name])}`} className="text-accent hover:underline">
      {name}
    </Link>
  );
}

/** Name and address of a person, as far as the reader may see them. */
function PersonName({ field, row }: { field: Field; row: Row }) {
  const name = row[`${field.name}_title`];
  const email = row[`${field.name}_email`];
  if (!name && !email) return <>#{String(row[field.name])}</>;
  return (
    <>
      {String(name || email)}
      {Boolean(email) && email !== name && <span className="block text-xs text-muted">{String(email)}</span>}
    </>
  );
}

/** Only web and mail addresses become links: a stored `javascript:` must not. */
function Address({ href, children }: { href: string; children: string }) {
  if (!/^(https?:\/\/|mailto:)/i.test(href)) return <>{children}</>;
  return (
    <a href={href} rel="noreferrer" className="break-all text-accent hover:underline">
      {children}
    </a>
  );
}

function Clipped({ children }: { children: string }) {
  return <span className="line-clamp-2 max-w-prose">{children}</span>;
}
