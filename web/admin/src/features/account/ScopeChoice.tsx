import { useId } from "react";
import { useTranslation } from "react-i18next";
import { FieldError } from "../../components/Input";
import { usePermissionText } from "../../components/permissionText";

interface Props {
  /** Of who chooses: a key never may more than its owner. */
  permissions: string[];
  chosen: string[];
  error?: string;
  onChange: (chosen: string[]) => void;
}

/** A program that makes users could make itself an owner, so no key may. */
const NEVER = "users:manage";

/** What a key may do, by area. */
export function ScopeChoice({ permissions, chosen, error, onChange }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const { area } = usePermissionText();
  const offered = permissions.filter((permission) => permission !== NEVER);
  const areas = [...new Set(offered.map((permission) => permission.split(":")[0] ?? ""))];
  const of = (one: string) => offered.filter((permission) => permission.startsWith(`${one}:`)).toSorted(byVerb);

  const set = (permission: string, wanted: boolean) =>
    onChange(wanted ? [...chosen, permission] : chosen.filter((one) => one !== permission));

  return (
    <fieldset aria-describedby={error ? `${id}-error` : undefined}>
      <legend className="pb-2 text-sm font-medium">{t("apiKeys.scopes")}</legend>
      <div className={`divide-y divide-line rounded-md border ${error ? "border-bad" : "border-line"}`}>
        {areas.map((one) => (
          <div key={one} role="group" aria-label={area(`${one}:`)} className="flex flex-wrap items-center gap-x-4 px-3 py-1">
            <span aria-hidden="true" className="w-full py-1 text-muted sm:w-36">
              {area(`${one}:`)}
            </span>
            {of(one).map((permission) => (
              <Scope
                key={permission}
                permission={permission}
                checked={chosen.includes(permission)}
                onChange={(wanted) => set(permission, wanted)}
              />
            ))}
          </div>
        ))}
      </div>
      <FieldError id={id} error={error} />
    </fieldset>
  );
}

interface ScopeProps {
  permission: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

function Scope({ permission, checked, onChange }: ScopeProps) {
  const { verb } = usePermissionText();
  return (
    <label className="flex min-h-10 cursor-pointer items-center gap-2" title={permission}>
      <input
        type="checkbox"
        className="size-5 shrink-0 accent-accent"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {verb(permission)}
    </label>
  );
}

const ORDER = ["read", "write", "publish", "delete", "manage"];

/** Reading first, what may do most last. */
function byVerb(one: string, other: string): number {
  return rankOf(one) - rankOf(other);
}

function rankOf(permission: string): number {
  const rank = ORDER.indexOf(permission.split(":")[1] ?? "");
  return rank === -1 ? ORDER.length : rank;
}
