import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";
import { showLanguage, startTranslation } from "../src/i18n/language";

// jsdom draws nothing, so it has none of these; Headless UI asks for them.
class NoResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
vi.stubGlobal("ResizeObserver", NoResizeObserver);
vi.stubGlobal("scrollTo", () => undefined);
Element.prototype.getAnimations = () => [];

// A failure names what is missing instead of printing the whole page; a busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 15_000, getElementError: (message) => new Error(message ?? "") });

await startTranslation();

beforeEach(async () => {
  localStorage.clear();
  await showLanguage("en");
});

afterEach(cleanup);
