import { api, dataOf } from "../../api/api";
import type { Row } from "../../api/types";

export const EVENTS = "/security-events";
export const AUDIT = "/audit";

export type Severity = "low" | "medium" | "high" | "critical";

export const SEVERITIES: Severity[] = ["low", "medium", "high", "critical"];

/** Something that touches who may do what. */
export interface SecurityEvent extends Row {
  event_type: string;
  severity: Severity;
  email: string | null;
  ip_address: string | null;
  user_agent: string | null;
  details: Record<string, unknown>;
}

export type ActorKind = "user" | "visitor" | "system";

export const ACTORS: ActorKind[] = ["user", "visitor", "system"];

/** Who changed what. */
export interface AuditRecord extends Row {
  actor_kind: ActorKind;
  actor_id: number | null;
  action: string;
  resource: string;
  record_id: number | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  request_id: string;
}

/** Whether the chain of records is whole. */
export interface Verified {
  intact: boolean;
  /** Records in the chain. */
  chained: number;
  /** Records from before there was a chain. */
  older: number;
  /** Records of which values about a person were erased. */
  erased: number;
  last_hash: string | null;
  broken_at: { id: number; what: string } | null;
}

const trailApi = api.injectEndpoints({
  endpoints: (build) => ({
    verifyAudit: build.query<Verified, void>({
      query: () => `${AUDIT}/verify`,
      transformResponse: dataOf<Verified>,
    }),
  }),
});

export const { useLazyVerifyAuditQuery } = trailApi;
