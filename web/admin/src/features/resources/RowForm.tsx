import { zodResolver } from "@hookform/resolvers/zod";
import { useEffect, useMemo, useRef } from "react";
import { FormProvider, useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";
import { asApiError } from "../../api/apiError";
import { Button, ButtonLink } from "../../components/Button";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { showFieldErrors } from "../../fields/fieldErrors";
import { FieldInput } from "../../fields/FieldInput";
import { formSchema } from "../../fields/formSchema";
import { editable, payloadOf, type FormValues, type Payload } from "../../fields/formValues";
import type { Described } from "./ResourceScreen";

interface Props extends Described {
  start: FormValues;
  /** Where "cancel" leads. */
  back: string;
  submit: string;
  busy: boolean;
  error: unknown;
  /** Sends it. An error is shown at its fields; none means that it is saved. */
  onSave: (payload: Payload) => Promise<unknown>;
}

/** The form of a described resource. */
export function RowForm({ plugin, resource, start, back, submit, busy, error, onSave }: Props) {
  const { t } = useTranslation();
  const fields = useMemo(() => editable(resource.fields), [resource]);
  const form = useForm<FormValues>({ defaultValues: start, resolver: zodResolver(formSchema(fields, t)) });
  const saved = useRef(false);

  const save = form.handleSubmit(async (values) => {
    saved.current = true;
    const refusal = await onSave(payloadOf(fields, values));
    if (!refusal) return;
    saved.current = false;
    showFieldErrors(
      refusal,
      fields.map(({ name }) => name),
      form.setError,
    );
  });

  return (
    <FormProvider {...form}>
      <form onSubmit={save} noValidate className="space-y-6">
        <FormError error={error} names={fields.map(({ name }) => name)} />
        <div className="space-y-6 rounded-lg border border-line bg-surface p-5 shadow-sm sm:p-6">
          {fields.map((field) => (
            <FieldInput key={field.name} field={field} titleField={resource.title_field} plugin={plugin} />
          ))}
        </div>
        <div className="sticky bottom-0 z-10 -mx-4 flex justify-end gap-3 border-t border-line bg-canvas px-4 py-3 sm:mx-0 sm:px-0">
          <ButtonLink to={back}>{t("actions.cancel")}</ButtonLink>
          <Button type="submit" look="primary" busy={busy}>
            {submit}
          </Button>
        </div>
      </form>
      <UnsavedChanges isAtStake={() => form.formState.isDirty && !saved.current} dirty={form.formState.isDirty} />
    </FormProvider>
  );
}

/** What no input can say: refusals of fields that are not in the form, and failures of the host. */
function FormError({ error, names }: { error: unknown; names: string[] }) {
  const { t } = useTranslation();
  if (!error) return null;
  const refused = asApiError(error);
  if (refused.status === 412) return null;
  if (refused.details.length === 0) return <ErrorNotice error={error} />;
  const elsewhere = refused.details.filter(({ field }) => !names.includes(field.split(/[./[]/)[0] ?? field));
  const message = elsewhere.map((problem) => `${problem.field}: ${problem.message}`).join(" ");
  return <ErrorNotice error={{ ...refused, message: message || t("rules.lookAtFields"), requestId: null }} />;
}

/** Asks before what was typed is lost. */
function UnsavedChanges({ isAtStake, dirty }: { isAtStake: () => boolean; dirty: boolean }) {
  const { t } = useTranslation();
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => isAtStake() && currentLocation.pathname !== nextLocation.pathname,
  );

  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [dirty]);

  return (
    <ConfirmDialog
      open={blocker.state === "blocked"}
      title={t("unsaved.title")}
      confirm={t("unsaved.leave")}
      tone="danger"
      onConfirm={() => blocker.proceed?.()}
      onClose={() => blocker.reset?.()}
    >
      <p>{t("unsaved.text")}</p>
    </ConfirmDialog>
  );
}
