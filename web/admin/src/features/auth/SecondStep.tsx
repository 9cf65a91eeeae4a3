import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Challenge, SecondFactor, SignedIn } from "../../api/identityTypes";
import { passkeysWork } from "../../api/passkeys";
import { Button } from "../../components/Button";
import { Notice } from "../../components/Notice";
import { CodeForm, type CodeKind } from "./CodeForm";
import { PasskeyButton } from "./PasskeyButton";

interface Props {
  challenge: Challenge;
  onDone: (answer: SignedIn) => void;
  /** The time for this step is over. */
  onLate: () => void;
  onBack: () => void;
}

/** The password was right; now comes something that only its owner has. */
export function SecondStep({ challenge, onDone, onLate, onBack }: Props) {
  const { t } = useTranslation();
  const { mfa_token: token, methods } = challenge;
  const kinds = methods.filter((method): method is CodeKind => method !== "passkey");
  const [kind, setKind] = useState<CodeKind | undefined>(kinds.includes("totp") ? "totp" : kinds[0]);
  const other = kinds.find((one) => one !== kind);
  useDeadline(challenge, onLate);

  return (
    <div className="space-y-5">
      {kind && <CodeForm key={kind} kind={kind} token={token} onDone={onDone} onLate={onLate} />}
      <Passkey challenge={challenge} onDone={onDone} />
      <div className="flex flex-col items-center gap-1">
        {other && (
          <Button look="quiet" onClick={() => setKind(other)}>
            {t(other === "totp" ? "auth.useApp" : "auth.useBackupCode")}
          </Button>
        )}
        <Button look="quiet" icon="back" onClick={onBack}>
          {t("auth.startAgain")}
        </Button>
      </div>
    </div>
  );
}

function Passkey({ challenge, onDone }: Pick<Props, "challenge" | "onDone">) {
  const { t } = useTranslation();
  const { mfa_token: token, methods } = challenge;
  if (!methods.includes("passkey")) return null;
  if (passkeysWork()) return <PasskeyButton label={t("auth.usePasskey")} mfaToken={token} onDone={onDone} />;
  const alone = methods.every((method: SecondFactor) => method === "passkey");
  return alone ? <Notice tone="warn">{t("auth.noPasskeysHere")}</Notice> : null;
}

/** Nobody finds out by typing a code that it could no longer be right. */
function useDeadline({ mfa_token: token, expires_in: seconds }: Challenge, onLate: () => void): void {
  useEffect(() => {
    const timer = setTimeout(onLate, seconds * 1000);
    return () => clearTimeout(timer);
    // The time runs from the password on, however often this is drawn.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [token, seconds]);
}
