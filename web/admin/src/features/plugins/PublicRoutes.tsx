import { useTranslation } from "react-i18next";
import type { Contract, PluginRoute } from "../../api/types";
import { Badge } from "../../components/Badge";
import { useText } from "../../i18n/language";

/** The routes that anyone may call, without signing in. */
export function PublicRoutes({ routes }: { routes: PluginRoute[] }) {
  return <RouteList routes={routes.filter(({ access }) => access === "public")} />;
}

/** Routes as people read them: page or interface, what is done, and where. */
export function RouteList({ routes, permissions }: { routes: PluginRoute[]; permissions?: Contract["permissions"] }) {
  const { t } = useTranslation();
  const text = useText();
  const words = (access: string) => {
    if (access === "signed_in") return t("plugins.signedIn");
    return text(permissions?.find(({ name }) => name === access)?.label) || access;
  };
  return (
    <ul className="space-y-2 text-sm">
      {routes.map(({ kind, method, path, access }) => (
        <li key={`${kind} ${method} ${path}`} className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Badge tone={kind === "page" ? "accent" : "plain"}>{t(`plugins.kinds.${kind}`)}</Badge>
          <code className="font-mono text-xs break-all">
            {method} {path}
          </code>
          {access !== "public" && (
            <span className="text-xs text-muted">{words(access)}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
