import { createContext, useContext } from "react";

export interface Toast {
  text: string;
  tone?: "good" | "bad";
  /** A way back, offered for as long as the message stands. */
  action?: { label: string; run: () => void };
}

export const ToastContext = createContext<(toast: Toast) => void>(() => undefined);

/** Shows a short message at the edge of the screen. */
export function useToast(): (toast: Toast) => void {
  return useContext(ToastContext);
}
