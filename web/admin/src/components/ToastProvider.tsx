import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./Button";
import { Icon } from "./Icon";
import { ToastContext, type Toast } from "./toast";

const STANDS_FOR = 7000;

type Shown = Toast & { id: number };

/**
 * Holds the messages that are on the screen; a live region reads them out. They stand above the header, where neither a
 * page nor a dialog has its buttons.
 */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Shown[]>([]);
  const next = useRef(1);
  const show = useCallback((toast: Toast) => {
    const id = next.current++;
    setToasts((shown) => [...shown.slice(-2), { ...toast, id }]);
  }, []);
  const remove = useCallback((id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)), []);

  return (
    <ToastContext value={show}>
      {children}
      <div
        aria-live="polite"
        className="pointer-events-none fixed inset-x-0 top-0 z-50 flex flex-col items-center gap-2 px-2 py-1"
      >
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} onClose={remove} />
        ))}
      </div>
    </ToastContext>
  );
}

function ToastCard({ toast, onClose }: { toast: Shown; onClose: (id: number) => void }) {
  const { t } = useTranslation();
  const [held, setHeld] = useState(false);

  // Somebody who reads it or is about to press its button keeps it there.
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => onClose(toast.id), STANDS_FOR);
    return () => clearTimeout(timer);
  }, [held, onClose, toast.id]);

  return (
    <div
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto flex w-full max-w-sm items-center gap-3 rounded-lg border border-line bg-raised py-2 pr-2 pl-4 text-sm shadow-lg"
    >
      <Icon
        name={toast.tone === "bad" ? "alert" : "check"}
        className={`size-5 ${toast.tone === "bad" ? "text-bad" : "text-good"}`}
      />
      <p className="min-w-0 flex-1 break-words">{toast.text}</p>
      {toast.action && (
        <button
          type="button"
          className="min-h-9 rounded-md px-2 font-medium text-accent hover:bg-accent-soft"
          onClick={() => {
            toast.action?.run();
            onClose(toast.id);
          }}
        >
          {toast.action.label}
        </button>
      )}
      <IconButton icon="close" label={t("actions.close")} onClick={() => onClose(toast.id)} />
    </div>
  );
}
