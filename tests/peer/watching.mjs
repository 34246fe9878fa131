// Keeps what was said over the wire: what we sent and how it was signed, what came and whether its signatures hold.

import { hasProofLike, verifyObject, verifyRequestDetailed } from "@fedify/fedify/sig";
import { Activity } from "@fedify/fedify/vocab";

const LOOPBACK = /^https:\/\/(127\.0\.0\.1|localhost)(:\d+)?\//;

/** Name the form in which a request is signed. */
export function formOf(headers) {
  if (headers.has("signature-input")) return "rfc9421";
  return headers.has("signature") ? "cavage" : "none";
}

/**
 * Give a list to which every outgoing request is added with its answer.
 *
 * Handles are looked up over https alone by the library; nothing on this machine has a certificate, so these requests,
 * and no others, go over http.
 */
export function watchOutgoing() {
  const sent = [];
  const plain = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(LOOPBACK.test(input) ? String(input).replace("https:", "http:") : input, init);
    const entry = { method: request.method, url: request.url, form: formOf(request.headers), status: null };
    sent.push(entry);
    const response = await plain(request);
    entry.status = response.status;
    return response;
  };
  return sent;
}

/** Give how an incoming request is signed and whether that holds, judged by the library's own code. */
export async function judged(request, loaders) {
  const form = formOf(request.headers);
  const entry = { method: request.method, path: new URL(request.url).pathname, form, verified: null, key: null };
  if (form === "none") return entry;
  const found = await verifyRequestDetailed(request.clone(), loaders);
  entry.verified = found.verified;
  entry.key = (found.verified ? found.key.id : found.reason.keyId)?.href ?? null;
  if (!found.verified) entry.reason = found.reason.type;
  return entry;
}

/** Give whether the integrity proofs of an activity hold; null when it has none. */
export async function proven(document, loaders) {
  if (!hasProofLike(document)) return null;
  return (await verifyObject(Activity, document, loaders)) != null;
}
