import { expect, test, vi } from "vitest";
import { rowsApi } from "../src/api/rowsApi";
import { signedIn } from "../src/api/session";
import { authorizedFetch, renewSession } from "../src/api/transport";
import { createStore } from "../src/app/store";
import { admin } from "./support/data";
import { hostWith, none, ok, page, refusal } from "./support/host";

const path = "/webinars/topics";
const signIn = (token: string) => ({
  access_token: token,
  token_type: "Bearer" as const,
  expires_in: 900,
  user: admin,
});

function storeWith(token: string) {
  const store = createStore();
  store.dispatch(signedIn(signIn(token)));
  return store;
}

/** A host that knows one token and hands it out on refresh. */
function hostThatRenews() {
  return hostWith({
    "POST /auth/refresh": () => ok(signIn("fresh")),
    [`GET ${path}`]: ({ headers }) =>
      headers.get("authorization") === "Bearer fresh" ? page([{ id: 1 }]) : refusal(401, "UNAUTHENTICATED", "no"),
    [`POST ${path}`]: ({ headers }) =>
      headers.get("authorization") === "Bearer fresh" ? ok({ id: 2 }) : refusal(401, "UNAUTHENTICATED", "no"),
  });
}

test("a call carries the token and the language, and empty parameters stay away", async () => {
  const calls = hostWith({ [`GET ${path}`]: () => page([]) });
  const store = storeWith("t1");
  await store.dispatch(rowsApi.endpoints.listRows.initiate({ path, params: { q: "", page: 2, sort: undefined } }));
  expect(calls[0]?.headers.get("authorization")).toBe("Bearer t1");
  expect(calls[0]?.headers.get("accept-language")).toBe("en");
  expect(calls[0]?.query.toString()).toBe("page=2");
});

test("many calls that meet a worn-out token renew it once and all succeed", async () => {
  const calls = hostThatRenews();
  const store = storeWith("stale");
  const lists = await Promise.all(
    [1, 2, 3].map((number) => store.dispatch(rowsApi.endpoints.listRows.initiate({ path, params: { page: number } }))),
  );
  expect(lists.map(({ data }) => data?.rows)).toEqual([[{ id: 1 }], [{ id: 1 }], [{ id: 1 }]]);
  expect(calls.filter((call) => call.path === "/auth/refresh")).toHaveLength(1);
});

test("a change that is sent again after a renewal keeps its idempotency key", async () => {
  const calls = hostThatRenews();
  await storeWith("stale").dispatch(rowsApi.endpoints.createRow.initiate({ path, body: { title: "A" } }));
  const keys = calls.filter((call) => call.path === path).map(({ headers }) => headers.get("idempotency-key"));
  expect(keys).toHaveLength(2);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
});

test("a change whose answer was lost keeps its key until an answer comes", async () => {
  const answers = [() => Promise.reject(new TypeError("line is down")), () => ok({ id: 2 }), () => ok({ id: 3 })];
  const calls = hostWith({ [`POST ${path}`]: () => answers.shift()?.() ?? none() });
  const store = storeWith("t1");
  const press = () => store.dispatch(rowsApi.endpoints.createRow.initiate({ path, body: { title: "B" } }));
  await press();
  await press();
  await press();
  const [lost, again, next] = calls.map(({ headers }) => headers.get("idempotency-key"));
  expect(again).toBe(lost);
  expect(next).not.toBe(lost);
});

test("nobody is signed in any more when the refresh cookie is refused", async () => {
  hostWith({ "POST /auth/refresh": () => refusal(401, "UNAUTHENTICATED", "no") });
  const store = storeWith("stale");
  expect(await renewSession(store)).toBe(false);
  expect(store.getState().session).toEqual({ status: "anonymous", token: null, user: null });
});

test("a host that is down signs nobody out", async () => {
  hostWith({ "POST /auth/refresh": () => refusal(503, "UNAVAILABLE", "starting") });
  const store = storeWith("stale");
  expect(await renewSession(store)).toBe(false);
  expect(store.getState().session.status).toBe("signed_in");
});

test("sign-in itself sends neither token nor key and never renews", async () => {
  const calls = hostWith({ "POST /auth/login": () => refusal(401, "UNAUTHENTICATED", "no") });
  const call = { url: "/auth/login", method: "POST", body: {}, anonymous: true } as const;
  const response = await authorizedFetch(call, storeWith("t1"));
  expect(response.status).toBe(401);
  expect(calls).toHaveLength(1);
  expect(calls[0]?.headers.has("authorization")).toBe(false);
  expect(calls[0]?.headers.has("idempotency-key")).toBe(false);
});

test("an error keeps its code, its fields and the request's number", async () => {
  const details = [{ field: "slug", message: "Taken." }];
  hostWith({ [`GET ${path}/1`]: () => refusal(422, "VALIDATION_ERROR", "No.", details) });
  const { error } = await storeWith("t1").dispatch(rowsApi.endpoints.readRow.initiate({ path, id: 1 }));
  expect(error).toEqual({ status: 422, code: "VALIDATION_ERROR", message: "No.", details, requestId: "req-1", retryAfter: null });
});

test("a row comes with its tag, and a change sends the tag back", async () => {
  const calls = hostWith({
    [`GET ${path}/1`]: () => ok({ id: 1 }, { etag: '"v1"' }),
    [`PATCH ${path}/1`]: () => ok({ id: 1 }, { etag: '"v2"' }),
  });
  const store = storeWith("t1");
  const { data } = await store.dispatch(rowsApi.endpoints.readRow.initiate({ path, id: 1 }));
  expect(data?.etag).toBe('"v1"');
  await store.dispatch(rowsApi.endpoints.changeRow.initiate({ path, id: 1, body: { slug: "b" }, etag: '"v1"' }));
  expect(calls.find(({ method }) => method === "PATCH")?.headers.get("if-match")).toBe('"v1"');
});

test("no answer at all is an error of its own", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("line is down")));
  const { error } = await storeWith("t1").dispatch(rowsApi.endpoints.readRow.initiate({ path, id: 1 }));
  expect(error).toMatchObject({ status: 0, code: "UNREACHABLE" });
});
