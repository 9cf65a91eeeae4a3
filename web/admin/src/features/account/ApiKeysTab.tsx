import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiKey, NewApiKey } from "../../api/identityTypes";
import { Badge } from "../../components/Badge";
import { Button } from "../../components/Button";
import { Card } from "../../components/Card";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { Empty } from "../../components/Empty";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loading } from "../../components/Loading";
import { Moment } from "../../components/Moment";
import { useNow } from "../../components/now";
import { usePermissionText } from "../../components/permissionText";
import { useToast } from "../../components/toast";
import { useListApiKeysQuery, useRevokeApiKeyMutation, useRotateApiKeyMutation } from "./apiKeysApi";
import { ApiKeyForm } from "./ApiKeyForm";
import { NewKeyDialog } from "./NewKeyDialog";
import { StepUpDialog } from "./StepUpDialog";

/** Keys for programs that act in somebody's name, with no more rights than they were given. */
export default function ApiKeysTab() {
  const { t } = useTranslation();
  const { data, error, refetch } = useListApiKeysQuery();
  const [making, setMaking] = useState(false);
  const [shown, setShown] = useState<NewApiKey | null>(null);

  const made = (key: NewApiKey) => {
    setMaking(false);
    setShown(key);
  };

  return (
    <Card
      title={t("apiKeys.title")}
      intro={t("apiKeys.intro")}
      actions={
        <Button icon="plus" look="primary" onClick={() => setMaking(true)}>
          {t("apiKeys.new")}
        </Button>
      }
    >
      {!data && !error && <Loading />}
      {!data && error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <Empty icon="key" title={t("apiKeys.none")} />}
      {data && data.length > 0 && (
        <ul aria-label={t("apiKeys.title")} className="divide-y divide-line">
          {data.map((key) => (
            <Entry key={key.id} apiKey={key} onRotated={setShown} />
          ))}
        </ul>
      )}
      {making && <ApiKeyForm onMade={made} onClose={() => setMaking(false)} />}
      {shown && <NewKeyDialog apiKey={shown} onClose={() => setShown(null)} />}
    </Card>
  );
}

function Entry({ apiKey, onRotated }: { apiKey: ApiKey; onRotated: (key: NewApiKey) => void }) {
  const { t } = useTranslation();
  const { area, verb } = usePermissionText();
  const now = useNow();
  const { name, prefix, scopes, expires_at, last_used_at } = apiKey;
  const over = expires_at !== null && Date.parse(expires_at) <= now;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-3 py-4 first:pt-0 last:pb-0">
      <div className="min-w-0 flex-1 basis-64 space-y-1 text-sm text-muted">
        <p className="flex flex-wrap items-center gap-2 text-base font-medium text-ink">
          {name} <code className="font-mono text-sm font-normal text-muted">{prefix}…</code>
          {over && <Badge tone="bad">{t("apiKeys.over")}</Badge>}
        </p>
        <p className="break-words">{scopes.map((scope) => `${area(scope)}: ${verb(scope)}`).join(" · ")}</p>
        <p>
          {expires_at ? (
            <>
              {t(over ? "apiKeys.expired" : "apiKeys.expires")} <Moment utc={expires_at} />
            </>
          ) : (
            t("apiKeys.noEnd")
          )}
        </p>
        <p>
          {last_used_at ? (
            <>
              {t("account.lastUsed")} <Moment utc={last_used_at} />
            </>
          ) : (
            t("account.neverUsed")
          )}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <RotateButton apiKey={apiKey} onRotated={onRotated} />
        <RevokeButton apiKey={apiKey} />
      </div>
    </li>
  );
}

function RotateButton({ apiKey, onRotated }: { apiKey: ApiKey; onRotated: (key: NewApiKey) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [rotate] = useRotateApiKeyMutation();
  const { id, name } = apiKey;

  const run = async (password: string) => {
    const { data, error } = await rotate({ id, password });
    if (!data) return error;
    setOpen(false);
    onRotated(data);
    return undefined;
  };

  return (
    <>
      <Button icon="jobs" onClick={() => setOpen(true)} aria-label={t("apiKeys.rotateOf", { name })}>
        {t("apiKeys.rotate")}
      </Button>
      {open && (
        <StepUpDialog
          title={t("apiKeys.rotateTitle", { name })}
          confirm={t("apiKeys.rotateNow")}
          onConfirm={({ password }) => run(password)}
          onClose={() => setOpen(false)}
        >
          <p>{t("apiKeys.rotateText")}</p>
        </StepUpDialog>
      )}
    </>
  );
}

function RevokeButton({ apiKey: { id, name } }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const [revoke, { isLoading, error }] = useRevokeApiKeyMutation();

  const run = async () => {
    const answer = await revoke(id);
    if (answer.error) return;
    setOpen(false);
    toast({ text: t("apiKeys.revoked", { name }) });
  };

  return (
    <>
      <Button icon="trash" onClick={() => setOpen(true)} aria-label={t("apiKeys.revokeOf", { name })}>
        {t("apiKeys.revoke")}
      </Button>
      <ConfirmDialog
        open={open}
        tone="danger"
        title={t("apiKeys.revokeTitle", { name })}
        confirm={t("apiKeys.revoke")}
        busy={isLoading}
        error={error}
        onConfirm={() => void run()}
        onClose={() => setOpen(false)}
      >
        <p>{t("apiKeys.revokeText")}</p>
      </ConfirmDialog>
    </>
  );
}
