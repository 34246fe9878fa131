// Starts the server and, on a port of its own, what the test asks it to do; says on one line where both are.
// It ends when its standard input does, so that it never outlives the test.

import { createServer } from "node:http";
import { lookupObject, traverseCollection } from "@fedify/fedify/vocab";
import { lookupWebFinger } from "@fedify/webfinger";

import { json, listen } from "./bridge.mjs";
import { makeServer } from "./server.mjs";
import { Author } from "./speaking.mjs";
import { judged, proven, watchOutgoing } from "./watching.mjs";

const MAX_ITEMS = 100;
const sent = watchOutgoing();
const received = [];
const heard = new Set();
const author = new Author("wren");
const federation = await makeServer(author, (id) => heard.add(id));
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
  const response = await federation.fetch(request, { onNotFound: () => new Response(null, { status: 404 }) });
  entry.status = response.status;
  return response;
}

async function send({ to, ...words }) {
  const recipient = await lookupObject(to, loaders);
  const activity = author.activity(context, words);
  const before = sent.length;
  let error = null;
  try {
    await context.sendActivity({ identifier: author.name }, recipient, activity);
  } catch (failure) {
    error = String(failure);
  }
  const knocks = sent.slice(before).filter((one) => one.method === "POST");
  return { id: activity.id.href, object: activity.objectId?.href ?? null, knocks, error };
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

const verbs = {
  collection,
  lookup,
  received: async () => received.map((one) => ({ ...one, is_heard: heard.has(one.activity?.id) })),
  send,
  webfinger: async ({ resource }) => await lookupWebFinger(resource, loaders),
};

const control = await listen(createServer, async (request) => {
  const verb = verbs[new URL(request.url).pathname.slice(1)];
  return verb == null ? json({ error: "no such verb" }, 404) : json(await verb(await request.json()));
});
process.stdin.on("end", () => process.exit(0)).resume();
console.log(JSON.stringify({ origin, control: `http://127.0.0.1:${control.address().port}` }));
