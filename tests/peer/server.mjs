// The server itself: one actor with an RSA and an Ed25519 key, its posts, and an inbox.

import { createFederation, generateCryptoKeyPair, MemoryKvStore } from "@fedify/fedify";
import { Accept, Activity, Follow, Note, Question } from "@fedify/fedify/vocab";

/** Make the pairs of keys of one actor: RSA first, as most servers know nothing else, then Ed25519. */
export async function makeKeys() {
  return await Promise.all(["RSASSA-PKCS1-v1_5", "Ed25519"].map((kind) => generateCryptoKeyPair(kind)));
}

/** Make the server of one author; `heard` is told of each activity that passed the library's own checks. */
export function makeServer(author, heard, options) {
  const followers = new Map();
  const federation = createFederation({ kv: new MemoryKvStore(), allowPrivateAddress: true, ...options });
  const isAuthor = (identifier) => identifier === author.name;

  federation
    .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
      return isAuthor(identifier) ? await author.actor(context) : null;
    })
    .setKeyPairsDispatcher((_, identifier) => (isAuthor(identifier) ? author.keys : []));
  federation.setObjectDispatcher(Note, "/users/{identifier}/notes/{id}", (context, values) => {
    return author.notes.get(context.getObjectUri(Note, values).href) ?? null;
  });
  federation.setObjectDispatcher(Question, "/users/{identifier}/polls/{id}", () => null);
  federation.setFollowersDispatcher("/users/{identifier}/followers", () => ({ items: [...followers.values()] }));
  federation.setOutboxDispatcher("/users/{identifier}/outbox", () => ({ items: [] }));
  federation
    .setInboxListeners("/users/{identifier}/inbox", "/inbox")
    .setSharedKeyDispatcher(() => ({ identifier: author.name }))
    .on(Follow, async (context, follow) => {
      heard(follow.id.href);
      const follower = await follow.getActor(context);
      followers.set(follower.id.href, follower);
      const actor = context.getActorUri(author.name);
      const accept = new Accept({ id: new URL(`#accepts/${followers.size}`, actor), actor, object: follow });
      await context.sendActivity({ identifier: author.name }, follower, accept);
    })
    .on(Activity, (_, activity) => heard(activity.id.href));
  return federation;
}
