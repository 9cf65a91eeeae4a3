import { useTranslation } from "react-i18next";
import type { PluginRoute } from "../../api/types";
import { Badge } from "../../components/Badge";

/** The routes that anyone may call, without signing in. */
export function PublicRoutes({ routes }: { routes: PluginRoute[] }) {
  return <RouteList routes={routes.filter(({ access }) => access === "public")} />;
}

/** Routes as people read them: page or interface, what is done, and where. */
export function RouteList({ routes }: { routes: PluginRoute[] }) {
  const { t } = useTranslation();
  return (
    <ul className="space-y-2 text-sm">
      {routes.map(({ kind, method, path, access }) => (
        <li key={`${kind} ${method} ${path}`} className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Badge tone={kind === "page" ? "accent" : "plain"}>{t(`plugins.kinds.${kind}`)}</Badge>
          <code className="font-mono text-xs break-all">
            {method} {path}
          </code>
          {access !== "public" && (
            <span className="text-xs text-muted">{access === "signed_in" ? t("plugins.signedIn") : access}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
