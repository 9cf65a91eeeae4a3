import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "react-redux";
import { createBrowserRouter, RouterProvider } from "react-router";
import { routes } from "./app/routes";
import { createStore } from "./app/store";
import { startTranslation } from "./i18n/language";
import "./styles.css";

async function start(): Promise<void> {
  const root = document.getElementById("root");
  if (!root) return;
  await startTranslation();
  const router = createBrowserRouter(routes, { basename: "/admin" });
  createRoot(root).render(
    <StrictMode>
      <Provider store={createStore()}>
        <RouterProvider router={router} />
      </Provider>
    </StrictMode>,
  );
}

void start();
