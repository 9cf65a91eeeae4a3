import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { useToast } from "./toast";

interface Props {
  text: string;
  label: string;
}

/** Puts a text on the clipboard, where the browser lets it: on plain http it does not. */
export function CopyButton({ text, label }: Props) {
  const { t } = useTranslation();
  const toast = useToast();

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      toast({ text: t("copy.done") });
    } catch {
      toast({ text: t("copy.failed"), tone: "bad" });
    }
  };

  return (
    <Button icon="copy" onClick={() => void copy()}>
      {label}
    </Button>
  );
}
