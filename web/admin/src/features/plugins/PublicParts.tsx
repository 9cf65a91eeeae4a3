import { useTranslation } from "react-i18next";
import type { Contract, ContractTable } from "../../api/types";
import { useText } from "../../i18n/language";
import { useConditions } from "./conditionText";
import { PublicRoutes } from "./PublicRoutes";

const VERBS = ["create", "update", "delete"] as const;

/** All that anyone may open or read without signing in: routes, and tables with what is shown of them. */
export function PublicParts({ contract }: { contract: Contract }) {
  const { t } = useTranslation();
  const routes = contract.routes.some(({ access }) => access === "public");
  const tables = contract.resources.filter(isPublic);
  if (!routes && tables.length === 0) return <p className="text-sm text-muted">{t("plugins.nothingPublic")}</p>;
  return (
    <div className="space-y-4">
      {routes && <PublicRoutes routes={contract.routes} />}
      {tables.length > 0 && (
        <ul className="space-y-3 text-sm">
          {tables.map((table) => (
            <PublicTable key={table.name} table={table} />
          ))}
        </ul>
      )}
    </div>
  );
}

function PublicTable({ table }: { table: ContractTable }) {
  const { t } = useTranslation();
  const text = useText();
  const fields = table.public_fields.map(text).join(", ");
  const conditions = useConditions();
  const verbs = VERBS.filter((verb) => table[verb] === "public");
  return (
    <li>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium">{text(table.label)}</span>
        <code className="font-mono text-xs break-all">{table.path}</code>
      </p>
      {fields && (
        <p>
          {t("plugins.tables.shows", { fields })}
          {table.read !== "public" && table.public_rows && table.public_rows.length > 0 && (
            <> {t("plugins.tables.rows", { conditions: conditions(table.public_rows) })}</>
          )}
        </p>
      )}
      {verbs.map((verb) => (
        <p key={verb}>{t(`plugins.tables.${verb}`)}</p>
      ))}
    </li>
  );
}

function isPublic(table: ContractTable): boolean {
  return table.read === "public" || table.public_rows !== null || VERBS.some((verb) => table[verb] === "public");
}
