import { useSelector } from "react-redux";
import { selectUser } from "../../api/session";
import { PasskeysCard } from "./PasskeysCard";
import { PasswordCard } from "./PasswordCard";
import { TwoFactorCard } from "./TwoFactorCard";

/** How somebody signs in. */
export default function SecurityTab() {
  const user = useSelector(selectUser);
  if (!user) return null;
  return (
    <div className="space-y-6">
      <PasswordCard user={user} />
      <TwoFactorCard user={user} />
      <PasskeysCard />
    </div>
  );
}
