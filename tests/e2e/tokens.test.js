// Another implementation reads our access tokens by nothing but what the site publishes.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createLocalJWKSet, createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { ADA, makeAdmin } from "./account.js";
import { command, serveEmptySite } from "./host.js";

const sites = [];
after(async () => {
  for (const site of sites) {
    assert.equal(await site.end(), 0);
  }
});

for (const algorithm of ["RS256", "EdDSA"]) {
  test(`another library verifies tokens signed with ${algorithm}, and refuses what we would refuse`, async () => {
    const site = await serveEmptySite({ TOKEN_ALGORITHM: algorithm });
    sites.push(site);
    await makeAdmin(site);
    const token = await signIn(site);
    const keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", site.root));
    const expected = { issuer: site.root, audience: `${site.root}/api`, typ: "at+jwt", algorithms: [algorithm] };

    const { payload, protectedHeader } = await jwtVerify(token, keys, expected);
    assert.equal(protectedHeader.alg, algorithm);
    assert.equal(payload.exp - payload.iat, 900);
    assert.deepEqual(Object.keys(protectedHeader).sort(), ["alg", "kid", "typ"]);

    await assert.rejects(jwtVerify(bent(token), keys, expected), { code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });
    await assert.rejects(jwtVerify(token, keys, { ...expected, audience: "https://example.org" }));
    await assert.rejects(jwtVerify(token, keys, { ...expected, typ: "JWT" }));
    const other = algorithm === "RS256" ? "EdDSA" : "RS256";
    await assert.rejects(jwtVerify(token, keys, { ...expected, algorithms: [other] }));
    const later = new Date((payload.exp + 1) * 1000);
    await assert.rejects(jwtVerify(token, keys, { ...expected, currentDate: later }), { code: "ERR_JWT_EXPIRED" });
  });
}

test("who read the keys a moment ago verifies what is signed after a rotation", async () => {
  const site = await serveEmptySite();
  sites.push(site);
  await makeAdmin(site);
  const known = createLocalJWKSet(await keySet(site));
  await command(site, "keys", "rotate");
  const { keys } = await keySet(site);
  assert.equal(keys.length, 2);
  const token = await signIn(site);
  const { kid } = decodeProtectedHeader(token);
  assert.equal(kid, keys[1].kid, "the new key is published before it signs");
  await jwtVerify(token, known, { issuer: site.root, audience: `${site.root}/api` });
});

async function signIn(site) {
  const answer = await fetch(`${site.root}/api/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: ADA.email, password: ADA.password }),
  });
  assert.equal(answer.status, 200);
  return (await answer.json()).data.access_token;
}

async function keySet(site) {
  return (await fetch(`${site.root}/.well-known/jwks.json`)).json();
}

/** The same token with another letter in the middle of its claims. */
function bent(token) {
  const [header, claims, signature] = token.split(".");
  const payload = JSON.parse(Buffer.from(claims, "base64url"));
  const changed = Buffer.from(JSON.stringify({ ...payload, sub: "2" })).toString("base64url");
  return [header, changed, signature].join(".");
}
