import { Switch } from "@headlessui/react";

interface Props {
  id?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: string;
  disabled?: boolean;
}

/** On or off, at once. */
export function Toggle({ id, checked, onChange, label, disabled }: Props) {
  return (
    <Switch
      id={id}
      checked={checked}
      onChange={onChange}
      disabled={disabled}
      aria-label={label}
      className={`group inline-flex h-7 w-12 shrink-0 items-center rounded-full border-2 transition-colors disabled:opacity-60 ${checked ? "border-accent bg-accent" : "border-line-strong bg-sunken"}`}
    >
      <span
        aria-hidden="true"
        className={`size-5 rounded-full transition-transform ${checked ? "translate-x-5.5 bg-on-accent" : "translate-x-0.5 bg-line-strong"}`}
      />
    </Switch>
  );
}
