import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useDispatch, useSelector } from "react-redux";
import { Navigate, useSearchParams } from "react-router";
import { z } from "zod";
import { asApiError } from "../../api/apiError";
import { selectSessionStatus, signedIn } from "../../api/session";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { describedBy, Input, Labelled } from "../../components/Input";
import { Notice } from "../../components/Notice";
import { useSignInMutation } from "./authApi";
import { PasswordInput } from "./PasswordInput";
import { Threshold } from "./Threshold";

/** Where somebody proves who they are. */
export default function SignIn() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const status = useSelector(selectSessionStatus);
  if (status === "signed_in") return <Navigate to={insidePanel(search.get("next"))} replace />;
  return (
    <Threshold title={t("auth.signIn")}>
      <SignInForm />
    </Threshold>
  );
}

function SignInForm() {
  const { t } = useTranslation();
  const dispatch = useDispatch();
  const [signIn, { isLoading, error }] = useSignInMutation();
  const schema = z.object({
    email: z.string().trim().min(1, t("rules.required")),
    password: z.string().min(1, t("rules.required")),
  });
  const { register, handleSubmit, formState, resetField, setFocus } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { email: "", password: "" },
  });
  const problems = formState.errors;

  const submit = handleSubmit(async (credentials) => {
    const answer = await signIn(credentials);
    if (answer.data) {
      dispatch(signedIn(answer.data));
      return;
    }
    resetField("password");
    setFocus("password");
  });

  return (
    <form onSubmit={submit} noValidate className="space-y-5">
      {Boolean(error) && <Refusal error={error} />}
      <Labelled id="email" label={t("auth.email")} error={problems.email?.message} required>
        <Input
          id="email"
          type="email"
          autoComplete="username"
          error={problems.email?.message}
          {...describedBy("email", null, problems.email?.message)}
          {...register("email")}
        />
      </Labelled>
      <Labelled id="password" label={t("auth.password")} error={problems.password?.message} required>
        <PasswordInput
          id="password"
          autoComplete="current-password"
          error={problems.password?.message}
          {...describedBy("password", null, problems.password?.message)}
          {...register("password")}
        />
      </Labelled>
      <Button type="submit" look="primary" busy={isLoading} className="w-full">
        {t("auth.signIn")}
      </Button>
    </form>
  );
}

function Refusal({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (asApiError(error).status !== 401) return <ErrorNotice error={error} />;
  return <Notice tone="bad">{t("auth.wrong")}</Notice>;
}

/** A way back that stays inside the panel, whatever the address says. */
function insidePanel(next: string | null): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.includes("\\") ? next : "/";
}
