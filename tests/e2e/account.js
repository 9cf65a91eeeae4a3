// The administrator of a test's site, made without the panel.

import assert from "node:assert/strict";

export const ADA = { email: "ada@example.org", name: "Ada Klein", password: "eleven purple tractors" };

export async function makeAdmin({ root, setUpLink }) {
  const token = setUpLink.split("#")[1];
  const request = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(ADA) };
  assert.equal((await fetch(`${root}/api/v1/auth/setup/${token}`, request)).status, 201);
}
