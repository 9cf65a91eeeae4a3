import { zodResolver } from "@hookform/resolvers/zod";
import { skipToken } from "@reduxjs/toolkit/query";
import { useForm, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useDispatch } from "react-redux";
import { useNavigate } from "react-router";
import { z } from "zod";
import { api } from "../../api/api";
import type { Invitation } from "../../api/identityTypes";
import { signedIn } from "../../api/session";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loading } from "../../components/Loading";
import { NewPasswordField, SHORTEST } from "../../components/NewPasswordField";
import { TextField } from "../../components/TextField";
import { Threshold } from "../../components/Threshold";
import { useRefusal } from "../../fields/useRefusal";
import { useAcceptInvitationMutation, useReadInvitationQuery } from "./authApi";
import { isSpent, useLinkToken } from "./linkToken";
import { SpentLink } from "./SpentLink";

/** Somebody was invited: they choose a name and a password, and are in. */
export default function InvitationScreen() {
  const { t } = useTranslation();
  const token = useLinkToken();
  const { data, error, isLoading, refetch } = useReadInvitationQuery(token || skipToken);

  if (isLoading) return <Loading />;
  if (data) {
    return (
      <Threshold title={t("invitation.title")} intro={t("invitation.intro", { role: t(`roles.${data.role}`) })}>
        <InvitationForm key={token} token={token} invitation={data} onSpent={() => void refetch()} />
      </Threshold>
    );
  }
  return (
    <Threshold title={t("invitation.title")}>
      {error && !isSpent(error) ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : (
        <SpentLink>{t("invitation.spent")}</SpentLink>
      )}
    </Threshold>
  );
}

interface FormProps {
  token: string;
  invitation: Invitation;
  onSpent: () => void;
}

function InvitationForm({ token, invitation, onSpent }: FormProps) {
  const { t } = useTranslation();
  const dispatch = useDispatch();
  const navigate = useNavigate();
  const [accept, { isLoading }] = useAcceptInvitationMutation();
  const schema = z.object({
    name: z.string().trim().min(1, t("rules.required")),
    password: z.string().min(SHORTEST, t("rules.tooShort", { least: SHORTEST })),
  });
  const { register, handleSubmit, formState, setError, control } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { name: invitation.name, password: "" },
  });
  const { refusal, refuse, forget } = useRefusal(["name", "password"], setError);
  const { name, password } = formState.errors;

  const submit = handleSubmit(async (values) => {
    forget();
    const answer = await accept({ token, ...values });
    if (answer.data) {
      // Whoever was signed in here before is not who came in now.
      dispatch(api.util.resetApiState());
      dispatch(signedIn(answer.data));
      await navigate("/", { replace: true });
    } else if (isSpent(answer.error)) onSpent();
    else refuse(answer.error);
  });

  return (
    <form onSubmit={submit} noValidate className="space-y-5">
      {Boolean(refusal) && <ErrorNotice error={refusal} />}
      <TextField
        id="email"
        type="email"
        label={t("auth.email")}
        autoComplete="username"
        readOnly
        value={invitation.email}
        className="bg-sunken text-muted"
      />
      <TextField id="name" label={t("auth.name")} autoComplete="name" error={name?.message} {...register("name")} />
      <NewPasswordField
        id="password"
        label={t("auth.password")}
        length={useWatch({ control, name: "password" }).length}
        error={password?.message}
        {...register("password")}
      />
      <Button type="submit" look="primary" busy={isLoading} className="w-full">
        {t("invitation.submit")}
      </Button>
    </form>
  );
}
