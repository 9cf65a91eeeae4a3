import { zodResolver } from "@hookform/resolvers/zod";
import { useId } from "react";
import { useController, useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { z } from "zod";
import type { NewApiKey } from "../../api/identityTypes";
import { selectUser } from "../../api/session";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { describedBy, Labelled, Select } from "../../components/Input";
import { PasswordField, TextField } from "../../components/TextField";
import { useRefusal } from "../../fields/useRefusal";
import { useMakeApiKeyMutation } from "./apiKeysApi";
import { ScopeChoice } from "./ScopeChoice";

const DAY = 86_400_000;
/** Days that a key may live. */
const LIVES = ["7", "30", "90", "365"] as const;

interface Props {
  onMade: (key: NewApiKey) => void;
  onClose: () => void;
}

/** What a new key is called, what it may do, and for how long. */
/** Who signs in, and how, is no business of programs: the host refuses a key with this right. */
const FOR_PEOPLE_ALONE = "users:manage";

export function ApiKeyForm({ onMade, onClose }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const user = useSelector(selectUser);
  const [make, { isLoading }] = useMakeApiKeyMutation();
  const schema = z.object({
    name: z.string().trim().min(1, t("rules.required")).max(100, t("rules.tooLong", { most: 100 })),
    days: z.enum(LIVES),
    scopes: z.array(z.string()).min(1, t("apiKeys.needsScope")),
    password: z.string().min(1, t("rules.required")),
  });
  const { register, handleSubmit, formState, setError, control } = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: { name: "", days: "90", scopes: [], password: "" },
  });
  const { field: scopes } = useController({ control, name: "scopes" });
  const { refusal, refuse, forget } = useRefusal(["name", "days", "scopes", "password"], setError);
  const problems = formState.errors;

  const submit = handleSubmit(async ({ days, ...wish }) => {
    if (isLoading) return;
    forget();
    const answer = await make({ ...wish, expires_at: after(Number(days)) });
    if (answer.data) onMade(answer.data);
    else refuse(answer.error);
  });

  return (
    <Dialog
      open
      width="wide"
      title={t("apiKeys.new")}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button type="submit" form={id} look="primary" busy={isLoading}>
            {t("apiKeys.make")}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} noValidate className="space-y-5 pb-2">
        {Boolean(refusal) && <ErrorNotice error={refusal} />}
        <input type="text" autoComplete="username" value={user?.email ?? ""} readOnly hidden />
        <TextField
          id={`${id}-name`}
          label={t("auth.name")}
          help={t("apiKeys.nameHelp")}
          autoComplete="off"
          error={problems.name?.message}
          {...register("name")}
        />
        <Labelled id={`${id}-days`} label={t("apiKeys.life")} required>
          <Select id={`${id}-days`} className="sm:max-w-48" {...describedBy(`${id}-days`, null, undefined)} {...register("days")}>
            {LIVES.map((days) => (
              <option key={days} value={days}>
                {t("apiKeys.days", { count: Number(days) })}
              </option>
            ))}
          </Select>
        </Labelled>
        <ScopeChoice
          permissions={(user?.permissions ?? []).filter((name) => name !== FOR_PEOPLE_ALONE)}
          chosen={scopes.value}
          error={problems.scopes?.message}
          onChange={scopes.onChange}
        />
        <PasswordField
          id={`${id}-password`}
          label={t("stepUp.password")}
          autoComplete="current-password"
          error={problems.password?.message}
          {...register("password")}
        />
      </form>
    </Dialog>
  );
}

function after(days: number): string {
  return new Date(Date.now() + days * DAY).toISOString();
}
