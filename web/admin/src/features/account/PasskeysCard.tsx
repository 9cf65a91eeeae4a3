import { useState } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { isApiError } from "../../api/apiError";
import { useRefreshUser } from "../../api/profileApi";
import type { Passkey } from "../../api/identityTypes";
import { endOf, makePasskey, passkeysWork } from "../../api/passkeys";
import { Button } from "../../components/Button";
import { Card } from "../../components/Card";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { useDeviceText } from "../../components/deviceText";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Icon } from "../../components/Icon";
import { Loading } from "../../components/Loading";
import { Moment } from "../../components/Moment";
import { useToast } from "../../components/toast";
import { useAskToMakePasskeyMutation, useDeletePasskeyMutation, useKeepPasskeyMutation, useListPasskeysQuery } from "./accountApi";
import { BackupCodesDialog } from "./BackupCodesDialog";
import { StepUpDialog } from "./StepUpDialog";

/** Fingerprint, face or a key on the ring in place of the password. */
export function PasskeysCard() {
  const { t } = useTranslation();
  const { data, error, refetch } = useListPasskeysQuery();
  return (
    <Card title={t("passkeys.title")} intro={t("passkeys.intro")} actions={passkeysWork() && <AddButton />}>
      {!data && !error && <Loading />}
      {!data && error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <p className="text-sm text-muted">{t("passkeys.none")}</p>}
      {data && data.length > 0 && (
        <ul className="divide-y divide-line">
          {data.map((passkey) => (
            <Entry key={passkey.id} passkey={passkey} />
          ))}
        </ul>
      )}
      {!passkeysWork() && <p className="mt-4 text-sm text-muted">{t("passkeys.notHere")}</p>}
    </Card>
  );
}

function Entry({ passkey }: { passkey: Passkey }) {
  const { t } = useTranslation();
  const { name, created_at, last_used_at } = passkey;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
      <Icon name="key" className="size-5 text-muted" />
      <div className="min-w-0 flex-1 basis-52">
        <p className="font-medium break-words">{name}</p>
        <p className="text-sm text-muted">
          {t("passkeys.added")} <Moment utc={created_at} />
        </p>
        <p className="text-sm text-muted">
          {last_used_at ? (
            <>
              {t("account.lastUsed")} <Moment utc={last_used_at} />
            </>
          ) : (
            t("account.neverUsed")
          )}
        </p>
      </div>
      <RemoveButton passkey={passkey} />
    </li>
  );
}

function AddButton() {
  const { t } = useTranslation();
  const toast = useToast();
  const deviceText = useDeviceText();
  const refreshUser = useRefreshUser();
  const [open, setOpen] = useState(false);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [ask] = useAskToMakePasskeyMutation();
  const [keep] = useKeepPasskeyMutation();

  const make = async (name: string, password: string) => {
    const { state, options } = await ask({ password }).unwrap();
    const credential = await makePasskey(options);
    const { backup_codes } = await keep({ state, name, credential }).unwrap();
    return backup_codes ?? null;
  };

  const run = async (name: string, password: string) => {
    try {
      setCodes(await make(name, password));
    } catch (failure) {
      return isApiError(failure) ? failure : spoken(t(`passkeys.ends.${endOf(failure)}`));
    }
    setOpen(false);
    toast({ text: t("passkeys.made", { name }) });
    await refreshUser();
    return undefined;
  };

  return (
    <>
      <Button icon="plus" onClick={() => setOpen(true)}>
        {t("passkeys.add")}
      </Button>
      {open && (
        <StepUpDialog
          title={t("passkeys.addTitle")}
          confirm={t("passkeys.goOn")}
          text={{
            name: "name",
            label: t("auth.name"),
            help: t("passkeys.nameHelp"),
            start: deviceText(navigator.userAgent),
            autoComplete: "off",
            schema: z.string().trim().min(1, t("rules.required")).max(100, t("rules.tooLong", { most: 100 })),
          }}
          onConfirm={({ text, password }) => run(text, password)}
          onClose={() => setOpen(false)}
        >
          <p>{t("passkeys.addText")}</p>
        </StepUpDialog>
      )}
      {codes && <BackupCodesDialog codes={codes} onKept={() => setCodes(null)} />}
    </>
  );
}

/** What the browser did, as an error that a dialog can show. */
function spoken(message: string) {
  return { status: 0, code: "PASSKEY", message, details: [], requestId: null, retryAfter: null };
}

function RemoveButton({ passkey }: { passkey: Passkey }) {
  const { t } = useTranslation();
  const toast = useToast();
  const refreshUser = useRefreshUser();
  const [open, setOpen] = useState(false);
  const [remove, { isLoading, error }] = useDeletePasskeyMutation();

  const run = async () => {
    const answer = await remove(passkey.id);
    if (answer.error) return;
    setOpen(false);
    toast({ text: t("passkeys.removed", { name: passkey.name }) });
    await refreshUser();
  };

  return (
    <>
      <Button icon="trash" onClick={() => setOpen(true)} aria-label={t("passkeys.removeOf", { name: passkey.name })}>
        {t("passkeys.remove")}
      </Button>
      <ConfirmDialog
        open={open}
        tone="danger"
        title={t("passkeys.removeOf", { name: passkey.name })}
        confirm={t("passkeys.remove")}
        busy={isLoading}
        error={error}
        onConfirm={() => void run()}
        onClose={() => setOpen(false)}
      >
        <p>{t("passkeys.removeText")}</p>
      </ConfirmDialog>
    </>
  );
}
