import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError, isApiError } from "../../api/apiError";
import type { SignedIn } from "../../api/identityTypes";
import { endOf, provePasskey } from "../../api/passkeys";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Notice } from "../../components/Notice";
import { useAskForPasskeyMutation, useSignInWithPasskeyMutation } from "./authApi";

interface Props {
  label: string;
  /** Of the password that came first; without it the passkey stands for both. */
  mfaToken?: string;
  onDone: (answer: SignedIn) => void;
}

/** Signs in with a passkey of this device or of a key that is plugged in. */
export function PasskeyButton({ label, mfaToken, onDone }: Props) {
  const [ask] = useAskForPasskeyMutation();
  const [signIn] = useSignInWithPasskeyMutation();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  const prove = async () => {
    const { state, options } = await ask(mfaToken ? { mfa_token: mfaToken } : {}).unwrap();
    const credential = await provePasskey(options);
    return signIn({ state, credential }).unwrap();
  };

  const run = async () => {
    setBusy(true);
    setFailure(null);
    try {
      onDone(await prove());
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };

  return (
    <div className="space-y-3">
      <Button icon="key" busy={busy} onClick={() => void run()} className="w-full">
        {label}
      </Button>
      {Boolean(failure) && <Refusal failure={failure} />}
    </div>
  );
}

function Refusal({ failure }: { failure: unknown }) {
  const { t } = useTranslation();
  if (!isApiError(failure)) {
    return <Notice tone="bad">{t(endOf(failure) === "failed" ? "auth.passkeyFailed" : "auth.passkeyEnded")}</Notice>;
  }
  if (![401, 404].includes(asApiError(failure).status)) return <ErrorNotice error={failure} />;
  return <Notice tone="bad">{t("auth.passkeyUnknown")}</Notice>;
}
