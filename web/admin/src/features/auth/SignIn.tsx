import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDispatch, useSelector } from "react-redux";
import { Navigate, useSearchParams } from "react-router";
import { isChallenge, type Challenge, type SignedIn } from "../../api/identityTypes";
import { selectSessionStatus, signedIn } from "../../api/session";
import { Notice } from "../../components/Notice";
import { Threshold } from "../../components/Threshold";
import { FirstStep } from "./FirstStep";
import { SecondStep } from "./SecondStep";

/** Where somebody proves who they are, in as many steps as their account asks for. */
export default function SignIn() {
  const { t } = useTranslation();
  const dispatch = useDispatch();
  const [search] = useSearchParams();
  const status = useSelector(selectSessionStatus);
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const [tookTooLong, setTookTooLong] = useState(false);
  if (status === "signed_in") return <Navigate to={insidePanel(search.get("next"))} replace />;

  const answered = (answer: SignedIn | Challenge) => {
    if (isChallenge(answer)) setChallenge(answer);
    else dispatch(signedIn(answer));
    setTookTooLong(false);
  };

  const startAgain = (late: boolean) => {
    setChallenge(null);
    setTookTooLong(late);
  };

  if (challenge) {
    return (
      <Threshold title={t("auth.secondStep")}>
        <SecondStep
          challenge={challenge}
          onDone={answered}
          onLate={() => startAgain(true)}
          onBack={() => startAgain(false)}
        />
      </Threshold>
    );
  }
  return (
    <Threshold title={t("auth.signIn")}>
      {tookTooLong && (
        <div className="mb-5">
          <Notice tone="warn">{t("auth.tookTooLong")}</Notice>
        </div>
      )}
      <FirstStep onAnswer={answered} />
    </Threshold>
  );
}

/** A way back that stays inside the panel, whatever the address says. */
function insidePanel(next: string | null): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.includes("\\") ? next : "/";
}
