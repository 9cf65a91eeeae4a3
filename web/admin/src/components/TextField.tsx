import type { ComponentProps, ReactNode } from "react";
import { describedBy, Input, Labelled } from "./Input";
import { PasswordInput } from "./PasswordInput";

interface Props extends Omit<ComponentProps<typeof Input>, "id"> {
  id: string;
  label: ReactNode;
  help?: ReactNode;
  optional?: boolean;
}

/** A labelled line of text, with its help and its fault. */
export function TextField({ label, help, optional, ...input }: Props) {
  return (
    <Labelled id={input.id} label={label} help={help} error={input.error} required={!optional}>
      <Input {...describedBy(input.id, help, input.error)} {...input} />
    </Labelled>
  );
}

/** The same for a password. */
export function PasswordField({ label, help, optional, ...input }: Props) {
  return (
    <Labelled id={input.id} label={label} help={help} error={input.error} required={!optional}>
      <PasswordInput {...describedBy(input.id, help, input.error)} {...input} />
    </Labelled>
  );
}
