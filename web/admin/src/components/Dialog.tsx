import { Dialog as Modal, DialogBackdrop, DialogPanel, DialogTitle } from "@headlessui/react";
import type { ReactNode } from "react";

interface Props {
  open: boolean;
  title: string;
  /** `wide` for lists to read, `narrow` for a question. */
  width?: "narrow" | "wide";
  onClose: () => void;
  children: ReactNode;
  /** Its buttons; none where the content brings its own. */
  footer?: ReactNode;
}

/** A question or a small task above the page; on a phone it rises from the bottom edge. */
export function Dialog({ open, title, width = "narrow", onClose, children, footer }: Props) {
  return (
    <Modal open={open} onClose={onClose} className="relative z-40">
      <DialogBackdrop className="fixed inset-0 bg-overlay" />
      <div className="fixed inset-0 flex items-end justify-center sm:items-center sm:p-6">
        <DialogPanel
          className={`flex max-h-[92dvh] w-full flex-col rounded-t-lg bg-raised shadow-lg sm:rounded-lg ${width === "wide" ? "sm:max-w-2xl" : "sm:max-w-md"}`}
        >
          <DialogTitle className="px-5 pt-5 text-lg font-semibold sm:px-6">{title}</DialogTitle>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-3 text-sm sm:px-6">{children}</div>
          {footer && <div className="flex flex-wrap justify-end gap-3 border-t border-line px-5 py-4 sm:px-6">{footer}</div>}
        </DialogPanel>
      </div>
    </Modal>
  );
}
