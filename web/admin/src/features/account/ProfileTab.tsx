import { useSelector } from "react-redux";
import { selectUser } from "../../api/session";
import { EmailCard } from "./EmailCard";
import { ProfileForm } from "./ProfileForm";

/** Who somebody is to the others. */
export default function ProfileTab() {
  const user = useSelector(selectUser);
  if (!user) return null;
  return (
    <div className="space-y-6">
      <ProfileForm key={user.id} user={user} />
      <EmailCard user={user} />
    </div>
  );
}
