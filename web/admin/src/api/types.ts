/** Shapes that the API speaks, by hand: `plugin-sdk/contract/src/describe.rs` and the plugin administration. */

/** The same sentence in both languages; an empty `de` falls back to `en`. */
export interface Text {
  en: string;
  de?: string;
}

export type Language = "en" | "de";

export interface Pagination {
  page: number;
  per_page: number;
  total: number;
}

/** A good answer as it crosses the wire. */
export interface Envelope<T> {
  success: true;
  data: T;
  message?: string;
  pagination?: Pagination;
}

export interface FieldProblem {
  field: string;
  message: string;
}

/** Everything that went wrong with a call, in one shape. `status` 0: no answer came. */
export interface ApiError {
  status: number;
  code: string;
  message: string;
  details: FieldProblem[];
  requestId: string | null;
  /** Seconds to wait before the next try, where the host says so. */
  retryAfter: number | null;
}

export interface List<T> {
  rows: T[];
  pagination: Pagination;
}

// Description of a resource

export type Access = "nobody" | "public" | "signed_in" | { permission: string };

export type FieldKind =
  | "text"
  | "long_text"
  | "localized"
  | "localized_long"
  | "slug"
  | "email"
  | "url"
  | "integer"
  | "number"
  | "boolean"
  | "choice"
  | "date_time"
  | "time_zone"
  | "locale"
  | "reference"
  | "person"
  | "json";

export interface Choice {
  value: string;
  label: Text;
  /** Set by the plugin alone; a row that has it may keep it. */
  read_only?: boolean;
}

export interface Field {
  name: string;
  kind: FieldKind;
  label: Text;
  help?: Text;
  required?: boolean;
  unique?: boolean;
  read_only?: boolean;
  public?: boolean;
  personal?: boolean;
  filter?: boolean;
  sort?: boolean;
  search?: boolean;
  list?: boolean;
  default?: unknown;
  min?: number | null;
  max?: number | null;
  choices?: Choice[];
  references?: string | null;
  zone_field?: string | null;
}

export interface Action {
  name: string;
  label: Text;
  path: string;
  confirm?: Text;
  danger?: boolean;
  /** Who gets a message when it is done. */
  tells?: Audience | null;
}

/** Rows of another resource of the plugin whose `reference` points to a row, and whose `field` has one of `values`. */
export interface Audience {
  resource: string;
  reference: string;
  field: string;
  values: string[];
}

export interface Resource {
  name: string;
  label: Text;
  label_plural: Text;
  fields: Field[];
  title_field: string;
  sort: string;
  read: Access;
  create: Access;
  update: Access;
  delete: Access;
  actions?: Action[];
  menu?: { order: number; icon: string } | null;
}

export interface Row {
  id: number;
  created_at: string;
  updated_at: string;
  deleted_at: string | null;
  [field: string]: unknown;
}

/** One row with the tag that says which version of it was read. */
export interface TaggedRow {
  row: Row;
  etag: string | null;
}

export interface MenuEntry {
  plugin: string;
  plugin_name: Text;
  resource: string;
  label: Text;
  icon: string;
  order: number;
}

/** What the signed-in user may read, for drawing screens. */
export interface Panel {
  menu: MenuEntry[];
  /** By `plugin/resource`. */
  resources: Record<string, Resource>;
  locales: string[];
  /** What jobs and schedules are called, by `plugin/name`. */
  work: Record<string, Text>;
  /** `mail` says how messages leave: through a server, or as files in the data folder. */
  site: { name: string; time_zone: string; public_url: string; mail: "smtp" | "files" };
}

// Plugins

export type PluginState = "available" | "enabled" | "disabled" | "failed" | "uninstalled";

export interface Plugin {
  id: string;
  name: Text;
  description: Text;
  version: string;
  /** The version to go back to. */
  previous_version: string | null;
  /** The newest version that is installed, where it is newer than this one. */
  update: string | null;
  /** Whether a package of it was installed here; others are part of the binary. */
  installed: boolean;
  state: PluginState;
  state_reason: Text | null;
  grants_missing: boolean;
  /** Set while it is left alone because it has failed too often. */
  quarantine: Quarantine | null;
  /** Counted since the host started. */
  usage: { calls: number; faults: number; last_fault: Incident | null; last_refusal: Incident | null };
}

/** Why, since when and until when a plugin is not called. */
export interface Quarantine {
  reason: string;
  since: string;
  until: string;
}

export interface Capability {
  id: string;
  quantity: { unit: string | null; asked: number | null; granted: number | null } | null;
  detail: string[];
  reason: Text;
  granted: boolean;
  /** Every plugin has it: it can be cut down and not refused. */
  always?: boolean;
}

/** Seconds an hour that every plugin has. */
export type Time = Pick<Capability, "id" | "quantity">;

export interface PluginRoute {
  kind: "page" | "api";
  method: string;
  path: string;
  access: string;
}

export interface Contract {
  capabilities: Capability[];
  times: Time[];
  permissions: { name: string; label: Text; roles: string[] }[];
  routes: PluginRoute[];
  schedules: { name: string; cron: string; label: Text }[];
  jobs: (string | { name: string })[];
  resources: ContractTable[];
  /** Events that it hears, as `<plugin>.<event>`. */
  subscriptions: string[];
  limits: { memory_mb: number; cpu_ms: number; job_cpu_ms: number; wall_ms: number; detached_wall_ms: number; concurrency: number };
}

/** A table: who may do what with it, and what those see who may not read it. */
export interface ContractTable {
  name: string;
  label: Text;
  path: string;
  read: string;
  create: string;
  update: string;
  delete: string;
  /** Null: nothing is shown; conditions that a shown row meets otherwise. */
  public_rows: PublicCondition[] | null;
  public_fields: Text[];
}

export interface PublicCondition {
  field: string;
  is: "equal" | "not_equal" | "after" | "before";
  /** `now` in a time stands for the current moment. */
  value: unknown;
  /** What people call the field, and the value where it is a choice; null where nobody names them. */
  label?: Text | null;
  value_label?: Text | null;
}

/** Why a package cannot be read, in place of its contract. */
export interface RefusedContract {
  refused: Text;
}

export interface PluginDetail extends Plugin {
  contract: Contract | RefusedContract;
}

/** A plugin whose contract the host could read. */
export interface ReadablePlugin extends Plugin {
  contract: Contract;
}

/** What an upgrade would do: rehearsed, not done. */
export interface UpgradePreview {
  from: string;
  to: string;
  /** What is otherwise, what grows first. */
  changes: VersionChange[];
  /** Whether somebody has to agree. */
  grows: boolean;
  /** For how long the rehearsed migrations held the database's writer. */
  holds_writer_ms: number | null;
  /** What is granted by who agrees. */
  grants: Grants;
}

export interface VersionChange {
  text: Text;
  grows: boolean;
}

/** What happens to what a plugin has stored when it is uninstalled. */
export type DataFate = "keep" | "delete";

/** `export` is the file on the server that the data were written to before they were deleted. */
export interface Uninstalled {
  id: string;
  export: string | null;
}

/** Capability id → granted quantity, or true where nothing is counted. */
export type Grants = Record<string, number | boolean>;

export type SettingField = Field & { secret?: boolean };

export interface PluginSettings {
  fields: SettingField[];
  values: Record<string, unknown>;
}

/** A failure or refusal. */
export interface Incident {
  at: string;
  message: string;
}

/** What is used of a granted quantity; null where it never begins anew. */
export interface Quantity {
  id: string;
  /** The server that it counts for, where each has its own. */
  host: string | null;
  unit: string;
  used: number;
  granted: number;
  resets_at: string | null;
}

export interface RouteUsage {
  route: string;
  calls: number;
  faults: number;
  cpu_ms: number;
  /** Half of the calls took no longer from start to end. */
  p50_ms: number;
  /** Nineteen of twenty took no longer. */
  p95_ms: number;
}

export interface PluginUsage {
  calls: number;
  faults: number;
  /** Host calls beyond what was granted. */
  refusals: number;
  cpu_ms: number;
  sql_ms: number;
  writer_ms: number;
  peak_memory_bytes: number;
  stored_bytes: number;
  granted_mb: number | null;
  last_fault: Incident | null;
  last_refusal: Incident | null;
  /** Empty while it is not enabled. */
  quantities: Quantity[];
  routes: RouteUsage[];
}

// Mail and jobs

export type MailStatus = "queued" | "sending" | "sent" | "dead" | "cancelled";

export interface Mail {
  id: number;
  owner: string;
  to_email: string;
  template: string;
  subject: string;
  status: MailStatus;
  attempts: number;
  next_attempt_at: string | null;
  last_error: string | null;
  sent_at: string | null;
  created_at: string;
}

export type JobStatus = "queued" | "running" | "done" | "dead" | "cancelled";

export interface Job {
  id: number;
  owner: string;
  name: string;
  status: JobStatus;
  attempts: number;
  run_at: string;
  last_error: string | null;
  created_at: string;
}
