import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { PluginDetail } from "../../api/types";
import { Button } from "../../components/Button";
import { Card } from "../../components/Card";
import { isDecided } from "./grants";
import { RemoveButton } from "./RemoveButton";
import { RollbackButton } from "./RollbackButton";
import { UninstallDialog } from "./UninstallDialog";

/** Which version a plugin is, and the ways back: to the one before, and off the site. */
export function LifeCard({ plugin }: { plugin: PluginDetail }) {
  if (isDecided(plugin)) return <Decided plugin={plugin} />;
  return plugin.state === "available" && plugin.installed ? <Installed plugin={plugin} /> : null;
}

/** One that somebody has enabled once. */
function Decided({ plugin }: { plugin: PluginDetail }) {
  const { t } = useTranslation();
  const [leaving, setLeaving] = useState(false);
  const { version, previous_version: before } = plugin;
  return (
    <Card title={t("life.card.title")}>
      <div className="divide-y divide-line">
        <Part
          title={t("life.card.present", { version })}
          text={before ? t("life.card.before", { version: before }) : t("life.card.first")}
        >
          {before && <RollbackButton plugin={plugin} version={before} />}
        </Part>
        <Part title={t("life.card.uninstall")} text={t("life.card.uninstallText")}>
          <Button icon="trash" onClick={() => setLeaving(true)}>
            {t("life.uninstall.open")}
          </Button>
        </Part>
      </div>
      {leaving && <UninstallDialog plugin={plugin} onClose={() => setLeaving(false)} />}
    </Card>
  );
}

/** One whose package is here, and which has never done anything. */
function Installed({ plugin }: { plugin: PluginDetail }) {
  const { t } = useTranslation();
  return (
    <Card title={t("life.card.title")}>
      <Part title={t("life.card.present", { version: plugin.version })} text={t("life.card.never")}>
        <RemoveButton plugin={plugin} />
      </Part>
    </Card>
  );
}

interface PartProps {
  title: string;
  text: string;
  children: ReactNode;
}

function Part({ title, text, children }: PartProps) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 py-4 first:pt-0 last:pb-0">
      <div className="min-w-0 flex-1 basis-64 text-sm">
        <h3 className="text-base font-medium">{title}</h3>
        <p className="text-muted">{text}</p>
      </div>
      {children}
    </div>
  );
}
