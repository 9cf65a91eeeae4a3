import { zodResolver } from "@hookform/resolvers/zod";
import { useForm, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useDispatch } from "react-redux";
import { useNavigate } from "react-router";
import { z } from "zod";
import { signedIn } from "../../api/session";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { describedBy, Input, Labelled } from "../../components/Input";
import { showFieldErrors } from "../../fields/fieldErrors";
import { useLanguage } from "../../i18n/language";
import { useSetUpMutation, type FirstUser } from "./authApi";
import { PasswordInput } from "./PasswordInput";

/** The host's own limit; it also refuses passwords that everybody uses. */
const SHORTEST = 8;

/** Three fields, and the site has its first administrator. */
export function SetUpForm({ token }: { token: string }) {
  const { t } = useTranslation();
  const dispatch = useDispatch();
  const navigate = useNavigate();
  const language = useLanguage();
  const [setUp, { isLoading, error }] = useSetUpMutation();
  const schema = z.object({
    email: z.email(t("rules.email")),
    name: z.string().trim().min(1, t("rules.required")),
    password: z.string().min(SHORTEST, t("rules.tooShort", { least: SHORTEST })),
  });
  const { register, handleSubmit, formState, setError, control } = useForm<FirstUser>({
    resolver: zodResolver(schema),
    defaultValues: { email: "", name: "", password: "" },
  });
  const password = useWatch({ control, name: "password" });
  const problems = formState.errors;
  const atFields = Object.values(problems).some((problem) => problem.type === "server");

  const submit = handleSubmit(async (user) => {
    const answer = await setUp({ token, user: { ...user, language } });
    if (!answer.data) {
      showFieldErrors(answer.error, ["email", "name", "password"], setError);
      return;
    }
    dispatch(signedIn(answer.data));
    await navigate("/", { replace: true });
  });

  return (
    <form onSubmit={submit} noValidate className="space-y-5">
      {Boolean(error) && !atFields && <ErrorNotice error={error} />}
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
      <Labelled id="name" label={t("auth.name")} error={problems.name?.message} required>
        <Input
          id="name"
          autoComplete="name"
          error={problems.name?.message}
          {...describedBy("name", null, problems.name?.message)}
          {...register("name")}
        />
      </Labelled>
      <Labelled
        id="password"
        label={t("auth.password")}
        help={<PasswordHint length={password.length} />}
        error={problems.password?.message}
        required
      >
        <PasswordInput
          id="password"
          autoComplete="new-password"
          error={problems.password?.message}
          {...describedBy("password", true, problems.password?.message)}
          {...register("password")}
        />
      </Labelled>
      <Button type="submit" look="primary" busy={isLoading} className="w-full">
        {t("setUp.submit")}
      </Button>
    </form>
  );
}

/** Length is what counts; nobody is asked for a special character. */
function PasswordHint({ length }: { length: number }) {
  const { t } = useTranslation();
  if (length === 0) return <>{t("setUp.passwordHint", { least: SHORTEST })}</>;
  if (length < SHORTEST) return <>{t("setUp.passwordShort", { missing: SHORTEST - length })}</>;
  return <>{length < 15 ? t("setUp.passwordFine") : t("setUp.passwordStrong")}</>;
}
