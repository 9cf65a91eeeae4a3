import type { User } from "../../src/api/identityTypes";
import type { Panel, ReadablePlugin, Resource, Row } from "../../src/api/types";

export const admin: User = {
  id: 1,
  email: "ada@example.org",
  name: "Ada Klein",
  role: "super_admin",
  language: null,
  timezone: "Europe/Berlin",
  avatar_url: null,
  preferences: {},
  two_factor_enabled: false,
  totp_enabled: false,
  mfa_setup_due_at: null,
  mfa_setup_required: false,
  permissions: ["webinars:read", "webinars:write", "plugins:manage", "system:manage"],
};

const write = { permission: "webinars:write" };
const read = { permission: "webinars:read" };

export const topics: Resource = {
  name: "topics",
  label: { en: "Topic", de: "Thema" },
  label_plural: { en: "Topics", de: "Themen" },
  title_field: "title",
  sort: "-created_at",
  read,
  create: write,
  update: write,
  delete: write,
  menu: { order: 1, icon: "megaphone" },
  fields: [
    { name: "title", kind: "localized", label: { en: "Title", de: "Titel" }, required: true, list: true, search: true },
    { name: "slug", kind: "slug", label: { en: "Address", de: "Adresse" }, required: true, list: true },
    { name: "summary", kind: "localized_long", label: { en: "Summary", de: "Zusammenfassung" } },
    { name: "published", kind: "boolean", label: { en: "Published", de: "Veröffentlicht" }, default: false },
  ],
};

export const sessions: Resource = {
  name: "sessions",
  label: { en: "Session", de: "Termin" },
  label_plural: { en: "Sessions", de: "Termine" },
  title_field: "topic_id",
  sort: "starts_at",
  read,
  create: write,
  update: write,
  delete: write,
  menu: { order: 2, icon: "calendar" },
  actions: [
    {
      name: "cancel",
      label: { en: "Cancel session", de: "Termin absagen" },
      path: "/sessions/{id}/cancel",
      confirm: { en: "Everyone gets a message.", de: "Alle erhalten eine Nachricht." },
      danger: true,
      tells: { resource: "registrations", reference: "session_id", field: "status", values: ["confirmed", "offered"] },
    },
  ],
  fields: [
    {
      name: "topic_id",
      kind: "reference",
      references: "topics",
      label: { en: "Topic", de: "Thema" },
      required: true,
      list: true,
      filter: true,
    },
    {
      name: "starts_at",
      kind: "date_time",
      zone_field: "time_zone",
      label: { en: "Starts", de: "Beginn" },
      required: true,
      list: true,
      sort: true,
    },
    { name: "time_zone", kind: "time_zone", label: { en: "Time zone", de: "Zeitzone" }, required: true },
    { name: "language", kind: "locale", label: { en: "Language", de: "Sprache" }, required: true, default: "de" },
    {
      name: "capacity",
      kind: "integer",
      label: { en: "Seats", de: "Plätze" },
      required: true,
      min: 1,
      max: 5000,
      list: true,
    },
    { name: "join_url", kind: "url", label: { en: "Join link", de: "Einwahl-Link" } },
    {
      name: "status",
      kind: "choice",
      label: { en: "Status", de: "Status" },
      required: true,
      list: true,
      filter: true,
      default: "scheduled",
      choices: [
        { value: "scheduled", label: { en: "Scheduled", de: "Geplant" } },
        { value: "cancelled", label: { en: "Cancelled", de: "Abgesagt" } },
        { value: "over", label: { en: "Over", de: "Vorbei" }, read_only: true },
      ],
    },
    { name: "registered", kind: "integer", label: { en: "Registered", de: "Angemeldet" }, read_only: true },
  ],
};

export const panel: Panel = {
  menu: [
    { plugin: "webinars", plugin_name: { en: "Webinars", de: "Webinare" }, resource: "topics", label: topics.label_plural, icon: "megaphone", order: 1 },
    { plugin: "webinars", plugin_name: { en: "Webinars", de: "Webinare" }, resource: "sessions", label: sessions.label_plural, icon: "calendar", order: 2 },
  ],
  resources: { "webinars/topics": topics, "webinars/sessions": sessions },
  locales: ["en", "de"],
  work: { "webinars/remind": { en: "Reminds people", de: "Erinnert" } },
  site: { name: "Feldwerk", time_zone: "Europe/Berlin", public_url: "http://localhost:8036", mail: "files" },
};

export const topic: Row = {
  id: 7,
  created_at: "2026-03-01T09:00:00.000000Z",
  updated_at: "2026-03-01T09:00:00.000000Z",
  deleted_at: null,
  title: { en: "Permanent magnets", de: "Dauermagnete" },
  slug: "permanent-magnets",
  summary: null,
  published: true,
};

export const session: Row = {
  ...topic,
  id: 12,
  topic_id: 7,
  topic_id_title: { en: "Permanent magnets", de: "Dauermagnete" },
  starts_at: "2026-07-01T07:00:00.000000Z",
  time_zone: "Europe/Berlin",
  language: "de",
  capacity: 100,
  join_url: null,
  status: "scheduled",
  registered: 3,
};

export const plugin: ReadablePlugin = {
  id: "webinars",
  name: { en: "Webinars", de: "Webinare" },
  description: { en: "Sessions and registrations.", de: "Termine und Anmeldungen." },
  version: "1.0.0",
  previous_version: null,
  installed: false,
  update: null,
  state: "available",
  state_reason: null,
  grants_missing: false,
  quarantine: null,
  usage: { calls: 0, faults: 0, last_fault: null, last_refusal: null },
  contract: {
    capabilities: [
      {
        id: "mail",
        quantity: { unit: "per_hour", asked: 1000, granted: null },
        detail: [],
        reason: { en: "Sends confirmations.", de: "Versendet Bestätigungen." },
        granted: false,
      },
      {
        id: "people",
        quantity: null,
        detail: ["write"],
        reason: { en: "Keeps a contact.", de: "Führt einen Kontakt." },
        granted: false,
      },
    ],
    permissions: [
      { name: "webinars:write", label: { en: "Change webinars", de: "Webinare ändern" }, roles: ["editor"] },
    ],
    routes: [
      { kind: "page", method: "GET", path: "/webinars", access: "public" },
      { kind: "page", method: "GET", path: "/webinare", access: "public" },
      { kind: "api", method: "POST", path: "/sessions/{id}/cancel", access: "webinars:write" },
    ],
    schedules: [{ name: "daily", cron: "0 9 * * *", label: { en: "Reminders", de: "Erinnerungen" } }],
    jobs: ["remind"],
    resources: [
      {
        name: "sessions",
        label: { en: "Sessions", de: "Termine" },
        path: "/api/v1/webinars/sessions",
        read: "webinars:read",
        create: "webinars:write",
        update: "webinars:write",
        delete: "webinars:manage",
        public_rows: [
          {
            field: "status",
            is: "equal",
            value: "published",
            label: { en: "Status", de: "Status" },
            value_label: { en: "Published", de: "Veröffentlicht" },
          },
          { field: "ends_at", is: "after", value: "now", label: { en: "Ends", de: "Ende" }, value_label: null },
        ],
        public_fields: [
          { en: "Starts", de: "Beginn" },
          { en: "Language", de: "Sprache" },
        ],
      },
      {
        name: "registrations",
        label: { en: "Registrations", de: "Anmeldungen" },
        path: "/api/v1/webinars/registrations",
        read: "webinars:read",
        create: "nobody",
        update: "webinars:write",
        delete: "webinars:manage",
        public_rows: null,
        public_fields: [],
      },
    ],
    subscriptions: ["shop.sold"],
    limits: { memory_mb: 16, cpu_ms: 250, job_cpu_ms: 2000, wall_ms: 5000, detached_wall_ms: 20000, concurrency: 64 },
    times: [
      { id: "cpu", quantity: { unit: "s_per_hour", asked: 3600, granted: 3600 } },
      { id: "writer", quantity: { unit: "s_per_hour", asked: 1800, granted: 1800 } },
    ],
  },
};
