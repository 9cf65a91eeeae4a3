import { zodResolver } from "@hookform/resolvers/zod";
import { useForm, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useDispatch } from "react-redux";
import { useNavigate } from "react-router";
import { z } from "zod";
import { signedIn } from "../../api/session";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { NewPasswordField, SHORTEST } from "../../components/NewPasswordField";
import { TextField } from "../../components/TextField";
import { useRefusal } from "../../fields/useRefusal";
import { useLanguage } from "../../i18n/language";
import { useSetUpMutation, type FirstUser } from "./authApi";

/** Three fields, and the site has its first administrator. */
export function SetUpForm({ token }: { token: string }) {
  const { t } = useTranslation();
  const dispatch = useDispatch();
  const navigate = useNavigate();
  const language = useLanguage();
  const [setUp, { isLoading }] = useSetUpMutation();
  const schema = z.object({
    email: z.email(t("rules.email")),
    name: z.string().trim().min(1, t("rules.required")),
    password: z.string().min(SHORTEST, t("rules.tooShort", { least: SHORTEST })),
  });
  const { register, handleSubmit, formState, setError, control } = useForm<FirstUser>({
    resolver: zodResolver(schema),
    defaultValues: { email: "", name: "", password: "" },
  });
  const { refusal, refuse } = useRefusal<FirstUser>(["email", "name", "password"], setError);
  const { email, name, password } = formState.errors;

  const submit = handleSubmit(async (user) => {
    const answer = await setUp({ token, user: { ...user, language } });
    if (!answer.data) {
      refuse(answer.error);
      return;
    }
    dispatch(signedIn(answer.data));
    await navigate("/", { replace: true });
  });

  return (
    <form onSubmit={submit} noValidate className="space-y-5">
      {Boolean(refusal) && <ErrorNotice error={refusal} />}
      <TextField
        id="email"
        type="email"
        label={t("auth.email")}
        autoComplete="username"
        error={email?.message}
        {...register("email")}
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
        {t("setUp.submit")}
      </Button>
    </form>
  );
}
