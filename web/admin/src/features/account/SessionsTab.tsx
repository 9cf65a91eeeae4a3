import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Session } from "../../api/identityTypes";
import { Badge } from "../../components/Badge";
import { Button } from "../../components/Button";
import { Card } from "../../components/Card";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { useDeviceText } from "../../components/deviceText";
import { ErrorNotice } from "../../components/ErrorNotice";
import { useErrorText } from "../../components/errorText";
import { Icon, type IconName } from "../../components/Icon";
import { Loading } from "../../components/Loading";
import { Moment } from "../../components/Moment";
import { useNow } from "../../components/now";
import { useLeave } from "../../components/signOut";
import { useToast } from "../../components/toast";
import { deviceOf, type Device } from "../../format/device";
import { formatDistance } from "../../format/moments";
import { useLanguage } from "../../i18n/language";
import { useEndSessionMutation, useListSessionsQuery, useSignOutEverywhereMutation } from "./accountApi";

/** Where somebody is signed in, this device first. */
export default function SessionsTab() {
  const { t } = useTranslation();
  const { data, error, refetch } = useListSessionsQuery();
  return (
    <Card title={t("sessions.title")} intro={t("sessions.intro")} actions={<EverywhereButton />}>
      {!data && !error && <Loading />}
      {!data && error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data && (
        <ul aria-label={t("sessions.title")} className="divide-y divide-line">
          {ordered(data).map((session) => (
            <Entry key={session.id} session={session} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function ordered(sessions: Session[]): Session[] {
  return sessions.toSorted((one, other) => lastUse(other) - lastUse(one));
}

function lastUse({ current, last_used_at }: Session): number {
  return current ? Infinity : Date.parse(last_used_at);
}

const icons: Record<Device["kind"], IconName> = { phone: "phone", computer: "laptop", program: "globe" };

function Entry({ session }: { session: Session }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const deviceText = useDeviceText();
  const now = useNow();
  const { current, user_agent: agent, ip_address: address, created_at, last_used_at } = session;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 py-4 first:pt-0 last:pb-0">
      <Icon name={icons[deviceOf(agent).kind]} className="size-6 text-muted" />
      <div className="min-w-0 flex-1 basis-52 text-sm wrap-anywhere text-muted">
        <p className="flex flex-wrap items-center gap-2 text-base font-medium text-ink" title={agent ?? undefined}>
          {deviceText(agent)}
          {current && <Badge tone="good">{t("sessions.current")}</Badge>}
        </p>
        <p>
          {address ? t("sessions.address", { address }) : t("sessions.noAddress")}
          {" · "}
          {t("sessions.active", { when: formatDistance(last_used_at, now, language) })}
        </p>
        <p>
          {t("sessions.since")} <Moment utc={created_at} />
        </p>
      </div>
      {!current && <EndButton session={session} device={deviceText(agent)} />}
    </li>
  );
}

function EndButton({ session, device }: { session: Session; device: string }) {
  const { t } = useTranslation();
  const toast = useToast();
  const say = useErrorText();
  const [end, { isLoading }] = useEndSessionMutation();

  const run = async () => {
    const { error } = await end(session.id);
    toast(error ? { text: say(error), tone: "bad" } : { text: t("sessions.ended", { device }) });
  };

  return (
    <Button busy={isLoading} onClick={() => void run()} aria-label={t("sessions.endOf", { device })}>
      {t("account.signOut")}
    </Button>
  );
}

function EverywhereButton() {
  const { t } = useTranslation();
  const leave = useLeave();
  const [open, setOpen] = useState(false);
  const [signOut, { isLoading, error }] = useSignOutEverywhereMutation();

  const run = async () => {
    const answer = await signOut();
    if (!answer.error) await leave();
  };

  return (
    <>
      <Button className="text-bad" onClick={() => setOpen(true)}>
        {t("sessions.everywhere")}
      </Button>
      <ConfirmDialog
        open={open}
        tone="danger"
        title={t("sessions.everywhereTitle")}
        confirm={t("sessions.everywhere")}
        busy={isLoading}
        error={error}
        onConfirm={() => void run()}
        onClose={() => setOpen(false)}
      >
        <p>{t("sessions.everywhereText")}</p>
      </ConfirmDialog>
    </>
  );
}
