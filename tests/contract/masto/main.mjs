// An app that is written with masto: it asks, listens to its user's events, acts, and says as JSON what it saw.
// Its one argument is JSON: the node's address, its user's token, and the token of somebody else there.

Promise.withResolvers ??= function () {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};
globalThis.WebSocket ??= (await import("ws")).WebSocket; // Node.js has its own from version 22 on
const { createRestAPIClient, createStreamingAPIClient } = await import("masto");

const { url, token, other } = JSON.parse(process.argv[2]);
const mine = createRestAPIClient({ url, accessToken: token });
const theirs = createRestAPIClient({ url, accessToken: other });
const instance = await mine.v2.instance.fetch();
const me = await mine.v1.accounts.verifyCredentials();

const streaming = createStreamingAPIClient({
  streamingApiUrl: instance.configuration.urls.streaming,
  accessToken: token,
});
const subscription = streaming.user.subscribe();
const seen = [];
const waiting = [];
(async () => {
  for await (const event of subscription) {
    seen.push(event);
    for (const look of [...waiting]) look();
  }
})();

// Waits for an event of a kind that is about an id.
function heard(kind, about) {
  const { promise, resolve } = Promise.withResolvers();
  const look = () => {
    const found = seen.find((one) => one.event === kind && about(one.payload));
    if (found) resolve(found);
  };
  waiting.push(look);
  look();
  return promise;
}

// A post that is made before the subscription stands is not heard, so the first word is said until it is.
const knocking = setInterval(() => theirs.v1.accounts.$select(me.id).follow(), 200);
knocking.unref();
await theirs.v1.accounts.$select(me.id).follow();
const greeting = await (async () => {
  for (;;) {
    const made = await mine.v1.statuses.create({ status: "Anybody there?" });
    const found = await Promise.race([
      heard("update", (status) => status.id === made.id),
      new Promise((resolve) => setTimeout(resolve, 300)),
    ]);
    if (found) return found;
  }
})();
clearInterval(knocking);

const made = await mine.v1.statuses.create({ status: "Hands frist" });
const posted = await heard("update", (status) => status.id === made.id);
await mine.v1.statuses.$select(made.id).update({ status: "Hands first" });
const edited = await heard("status.update", (status) => status.id === made.id);
await theirs.v1.statuses.$select(made.id).favourite();
const told = await heard("notification", (one) => one.type === "favourite");
const home = await mine.v1.timelines.home.list({ limit: 5 });
const notifications = await mine.v1.notifications.list({ limit: 5 });
await mine.v1.statuses.$select(made.id).remove();
const deleted = await heard("delete", (id) => id === made.id);
subscription.unsubscribe();
streaming.close();

process.stdout.write(
  JSON.stringify({
    me: me.username,
    streams: greeting.stream,
    id: made.id,
    posted: posted.payload.content,
    edited: edited.payload.content,
    told: told.payload.account.username,
    deleted: deleted.payload,
    home: home.map((status) => status.id),
    notifications: notifications.map((one) => one.type),
  }),
);
process.exit(0);
