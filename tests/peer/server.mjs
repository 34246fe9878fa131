// The server itself: one actor with an RSA and an Ed25519 key, its posts, and an inbox.

import { createFederation, generateCryptoKeyPair, MemoryKvStore } from "@fedify/fedify";
import { Accept, Activity, Endpoints, Follow, Note, Person } from "@fedify/fedify/vocab";

/** Make the server of one author; `heard` is told of each activity that passed the library's own checks. */
export async function makeServer(author, heard) {
  const keys = await Promise.all(["RSASSA-PKCS1-v1_5", "Ed25519"].map((kind) => generateCryptoKeyPair(kind)));
  const followers = new Map();
  const federation = createFederation({ kv: new MemoryKvStore(), allowPrivateAddress: true });
  const isAuthor = (identifier) => identifier === author.name;

  federation
    .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
      return isAuthor(identifier) ? await actor(context, identifier) : null;
    })
    .setKeyPairsDispatcher((_, identifier) => (isAuthor(identifier) ? keys : []));
  federation.setObjectDispatcher(Note, "/users/{identifier}/notes/{id}", (context, values) => {
    return author.notes.get(context.getObjectUri(Note, values).href) ?? null;
  });
  federation.setFollowersDispatcher("/users/{identifier}/followers", () => ({ items: [...followers.values()] }));
  federation.setOutboxDispatcher("/users/{identifier}/outbox", () => ({ items: [] }));
  federation
    .setInboxListeners("/users/{identifier}/inbox", "/inbox")
    .setSharedKeyDispatcher(() => ({ identifier: author.name }))
    .on(Follow, async (context, follow) => {
      heard(follow.id.href);
      const follower = await follow.getActor(context);
      followers.set(follower.id.href, follower);
      const id = new URL(`#accepts/${followers.size}`, context.getActorUri(author.name));
      await context.sendActivity({ identifier: author.name }, follower, new Accept({ id, actor: follow.objectId, object: follow }));
    })
    .on(Activity, (_, activity) => heard(activity.id.href));
  return federation;
}

async function actor(context, identifier) {
  const pairs = await context.getActorKeyPairs(identifier);
  return new Person({
    id: context.getActorUri(identifier),
    preferredUsername: identifier,
    name: "Wren of the other house",
    summary: "<p>A server of another make.</p>",
    url: context.getActorUri(identifier),
    inbox: context.getInboxUri(identifier),
    outbox: context.getOutboxUri(identifier),
    followers: context.getFollowersUri(identifier),
    endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
    publicKey: pairs[0].cryptographicKey,
    assertionMethods: pairs.map((pair) => pair.multikey),
    manuallyApprovesFollowers: false,
  });
}
