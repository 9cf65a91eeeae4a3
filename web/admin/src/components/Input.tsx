import type { InputHTMLAttributes, ReactNode, Ref, SelectHTMLAttributes, TextareaHTMLAttributes } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./Icon";

export const inputLook =
  "block w-full min-w-0 rounded-md border bg-surface px-3 text-base text-ink placeholder:text-faint sm:text-sm disabled:bg-sunken disabled:text-muted";

/** The border of an input: red when its value was refused. */
export function borderOf(error: string | undefined): string {
  return error ? "border-bad" : "border-line-strong";
}

interface LabelledProps {
  /** The input's id; help and error hang on it. */
  id: string;
  label: ReactNode;
  help?: ReactNode;
  error?: string;
  required?: boolean;
  children: ReactNode;
}

/** Label above, help and error below; the input names them by `describedBy`. */
export function Labelled({ id, label, help, error, required, children }: LabelledProps) {
  const { t } = useTranslation();
  return (
    <div className="min-w-0 space-y-1.5">
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
        {!required && <span className="ml-2 font-normal text-faint">{t("fields.optional")}</span>}
      </label>
      {children}
      {help && (
        <p id={`${id}-help`} className="text-sm text-muted">
          {help}
        </p>
      )}
      <FieldError id={id} error={error} />
    </div>
  );
}

export function FieldError({ id, error }: { id: string; error?: string }) {
  if (!error) return null;
  return (
    <p id={`${id}-error`} className="text-sm font-medium text-bad">
      {error}
    </p>
  );
}

/** What an input says about its help and its error. */
export function describedBy(id: string, help: unknown, error: string | undefined) {
  const ids = [help ? `${id}-help` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return { "aria-describedby": ids || undefined, "aria-invalid": error ? true : undefined };
}

interface InputProps extends InputHTMLAttributes<HTMLInputElement> {
  error?: string;
  ref?: Ref<HTMLInputElement>;
}

export function Input({ error, className = "", ...rest }: InputProps) {
  return <input {...rest} className={`${inputLook} ${borderOf(error)} min-h-11 sm:min-h-10 ${className}`} />;
}

interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  error?: string;
  ref?: Ref<HTMLTextAreaElement>;
}

export function TextArea({ error, className = "", ...rest }: TextAreaProps) {
  return <textarea rows={5} {...rest} className={`${inputLook} ${borderOf(error)} py-2 leading-6 ${className}`} />;
}

interface SelectProps extends SelectHTMLAttributes<HTMLSelectElement> {
  error?: string;
  ref?: Ref<HTMLSelectElement>;
}

export function Select({ error, className = "", ...rest }: SelectProps) {
  return (
    <div className={`relative ${className}`}>
      <select {...rest} className={`${inputLook} ${borderOf(error)} min-h-11 appearance-none pr-10 sm:min-h-10`} />
      <Icon
        name="chevronDown"
        className="pointer-events-none absolute top-1/2 right-3 size-4 -translate-y-1/2 text-muted"
      />
    </div>
  );
}
