// Starts the server and, on a port of its own, what the test asks it to do; says on one line where both are.
// Its argument is JSON: `refuses` is a form of signature that its inboxes do not take, the rest are options of the library.
// It ends when its standard input does, so that it never outlives the test.

import "./webcrypto.mjs";
import { createServer } from "node:http";
import { parseNodeInfo } from "@fedify/fedify/nodeinfo";
import { signRequest } from "@fedify/fedify/sig";
import { lookupObject, traverseCollection } from "@fedify/fedify/vocab";
import { lookupWebFinger } from "@fedify/webfinger";

import { json, listen } from "./bridge.mjs";
import { makeKeys, makeServer } from "./server.mjs";
import { Author } from "./speaking.mjs";
import { judged, proven, watchOutgoing } from "./watching.mjs";

const MAX_ITEMS = 100;
const sent = watchOutgoing();
const received = [];
const sunk = new Map();
const heard = new Set();
const { refuses, ...options } = JSON.parse(process.argv[2] ?? "{}");
const author = new Author("wren", "Wren of the other house", await makeKeys());
const federation = makeServer(author, (id) => heard.add(id), options);
const server = await listen(createServer, receive);
const origin = `http://127.0.0.1:${server.address().port}`;
const context = federation.createContext(new URL(origin));
const loaders = {
  documentLoader: await context.getDocumentLoader({ identifier: author.name }), // signs what it asks for
  contextLoader: context.contextLoader,
  allowPrivateAddress: true,
};

async function receive(request) {
  const entry = await judged(request, loaders);
  if (request.method === "POST") {
    entry.activity = await request.clone().json();
    entry.proof = await proven(entry.activity, loaders);
  }
  received.push(entry);
  const isRefused = request.method === "POST" && entry.form === refuses;
  const response = isRefused ? challenge() : await federation.fetch(request, { onNotFound: notFound });
  entry.status = response.status;
  return response;
}

/** Refuse a request and say which signature is wanted instead (RFC 9421, section 5). */
function challenge() {
  const wanted = 'sig1=("@method" "@target-uri" "content-digest");created';
  return new Response(null, { status: 401, headers: { "accept-signature": wanted } });
}

function notFound() {
  return new Response(null, { status: 404 });
}

/** Give keys that claim to be the actor's and are not. */
async function forgedKeys() {
  const [{ privateKey }] = await makeKeys();
  return [{ privateKey, keyId: new URL("#main-key", context.getActorUri(author.name)) }];
}

async function send({ to, is_forged: isForged = false, ...words }) {
  const recipient = await lookupObject(to, loaders);
  const activity = await author.activity(context, words);
  const before = sent.length;
  let error = null;
  try {
    const sender = isForged ? await forgedKeys() : { identifier: author.name };
    await context.sendActivity(sender, recipient, activity);
  } catch (failure) {
    error = String(failure);
  }
  const knocks = sent.slice(before).filter((one) => one.method === "POST");
  return { id: activity.id.href, object: activity.objectId?.href ?? null, knocks, error };
}

/** Make an activity with an integrity proof and give its document just as the library sends it, to nobody's inbox. */
async function compose(words) {
  const activity = await author.activity(context, words);
  const nobody = { id: new URL("/nobody", controlOrigin), inboxId: new URL("/sink", controlOrigin) };
  await context.sendActivity({ identifier: author.name }, nobody, activity);
  return sunk.get(activity.id.href);
}

/** Post a document, whoever made it, with a signature of our own; give how it was answered. */
async function deliver({ inbox, document }) {
  const [{ privateKey, keyId }] = await context.getActorKeyPairs(author.name);
  const headers = { "content-type": "application/activity+json" };
  const request = new Request(inbox, { method: "POST", headers, body: JSON.stringify(document) });
  return (await fetch(await signRequest(request, privateKey, keyId))).status;
}

async function collection({ identifier }) {
  const found = await lookupObject(identifier, loaders);
  const items = [];
  for await (const item of traverseCollection(found, loaders)) {
    items.push({ kind: item.constructor.name, id: item.id?.href ?? null });
    if (items.length >= MAX_ITEMS) break;
  }
  return { total: found.totalItems, items };
}

async function lookup({ identifier }) {
  const found = await lookupObject(identifier, loaders);
  if (found == null) return null;
  return { kind: found.constructor.name, document: await found.toJsonLd({ ...loaders, format: "compact" }) };
}

/** Read each NodeInfo document of a server by the schema; the library's own fetch asks public addresses alone. */
async function nodeinfo({ origin: asked }) {
  const { links } = await (await fetch(`${asked}/.well-known/nodeinfo`)).json();
  const documents = links.filter((link) => link.rel.startsWith("http://nodeinfo.diaspora.software/ns/schema/"));
  return await Promise.all(documents.map(async (link) => parseNodeInfo(await (await fetch(link.href)).json())));
}

const verbs = {
  collection,
  compose,
  deliver,
  lookup,
  nodeinfo,
  received: async () => received.map((one) => ({ ...one, is_heard: heard.has(one.activity?.id) })),
  send,
  sink: async (document) => void sunk.set(document.id, document),
  webfinger: async ({ resource }) => await lookupWebFinger(resource, loaders),
};

const control = await listen(createServer, async (request) => {
  const verb = verbs[new URL(request.url).pathname.slice(1)];
  return verb == null ? json({ error: "no such verb" }, 404) : json((await verb(await request.json())) ?? null);
});
const controlOrigin = `http://127.0.0.1:${control.address().port}`;
process.stdin.on("end", () => process.exit(0)).resume();
console.log(JSON.stringify({ origin, control: controlOrigin }));
