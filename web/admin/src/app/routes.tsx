import type { RouteObject } from "react-router";
import { RequireUser } from "../features/auth/RequireUser";
import { Crash } from "./Crash";
import { NotFound } from "./NotFound";
import { Root } from "./Root";
import { SecondFactorGate } from "./SecondFactorGate";
import { Shell } from "./Shell";

/** A screen that is fetched when somebody first goes there. */
function screen(load: () => Promise<{ default: React.ComponentType }>): RouteObject["lazy"] {
  return async () => ({ Component: (await load()).default });
}

/** Every address of the panel, below `/admin`. */
export const routes: RouteObject[] = [
  {
    element: <Root />,
    errorElement: <Crash />,
    HydrateFallback: () => null,
    children: [
      { path: "/setup", lazy: screen(() => import("../features/auth/SetUp")) },
      { path: "/sign-in", lazy: screen(() => import("../features/auth/SignIn")) },
      { path: "/forgot-password", lazy: screen(() => import("../features/auth/ForgotPassword")) },
      { path: "/reset-password", lazy: screen(() => import("../features/auth/ResetPassword")) },
      { path: "/invitation", lazy: screen(() => import("../features/auth/InvitationScreen")) },
      { path: "/register", lazy: screen(() => import("../features/auth/Register")) },
      { path: "/verify-email", lazy: screen(() => import("../features/auth/VerifyEmail")) },
      { path: "/confirm-email", lazy: screen(() => import("../features/auth/ConfirmEmail")) },
      {
        element: <RequireUser />,
        children: [
          {
            element: <SecondFactorGate />,
            children: [
              {
                element: <Shell />,
                children: [
                  {
                    errorElement: <Crash />,
                    children: [
                      { index: true, lazy: screen(() => import("../features/dashboard/Dashboard")) },
                      { path: "/plugins", lazy: screen(() => import("../features/plugins/PluginList")) },
                      {
                        path: "/plugins/:plugin",
                        lazy: screen(() => import("../features/plugins/PluginScreen")),
                        children: [
                          { index: true, lazy: screen(() => import("../features/plugins/ContractTab")) },
                          { path: "settings", lazy: screen(() => import("../features/plugins/SettingsTab")) },
                          { path: "usage", lazy: screen(() => import("../features/plugins/UsageTab")) },
                        ],
                      },
                      {
                        path: "/account",
                        lazy: screen(() => import("../features/account/AccountScreen")),
                        children: [
                          { index: true, lazy: screen(() => import("../features/account/ProfileTab")) },
                          { path: "security", lazy: screen(() => import("../features/account/SecurityTab")) },
                          { path: "sessions", lazy: screen(() => import("../features/account/SessionsTab")) },
                          { path: "api-keys", lazy: screen(() => import("../features/account/ApiKeysTab")) },
                        ],
                      },
                      { path: "/account/two-factor", lazy: screen(() => import("../features/account/TwoFactorScreen")) },
                      { path: "/users", lazy: screen(() => import("../features/users/UserList")) },
                      { path: "/users/new", lazy: screen(() => import("../features/users/UserCreate")) },
                      { path: "/users/:id", lazy: screen(() => import("../features/users/UserScreen")) },
                      { path: "/users/:id/edit", lazy: screen(() => import("../features/users/UserEdit")) },
                      { path: "/security-events", lazy: screen(() => import("../features/trail/SecurityEvents")) },
                      { path: "/audit", lazy: screen(() => import("../features/trail/AuditList")) },
                      { path: "/mail", lazy: screen(() => import("../features/mail/MailLog")) },
                      { path: "/jobs", lazy: screen(() => import("../features/jobs/JobList")) },
                      { path: "/:plugin/:resource", lazy: screen(() => import("../features/resources/RowList")) },
                      { path: "/:plugin/:resource/new", lazy: screen(() => import("../features/resources/RowCreate")) },
                      { path: "/:plugin/:resource/:id", lazy: screen(() => import("../features/resources/RowDetail")) },
                      { path: "/:plugin/:resource/:id/edit", lazy: screen(() => import("../features/resources/RowEdit")) },
                      { path: "*", element: <NotFound /> },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
];
