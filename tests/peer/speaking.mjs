// The one actor of this server: who it is, the activities that it sends, and its posts.

import {
  Announce, Create, Delete, Endpoints, Follow, Like, Mention, Note, Person, PUBLIC_COLLECTION, Question,
  QuoteRequest, Tombstone, Undo, Update,
} from "@fedify/fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";

/** Is one actor; makes and remembers its posts and activities. */
export class Author {
  constructor(name, title, keys) {
    this.name = name;
    this.title = title;
    this.keys = keys;
    this.notes = new Map();
    this.activities = new Map();
    this.count = 0;
  }

  /** Give the activity that the words of the test ask for. */
  async activity(context, words) {
    const make = {
      Announce: this.announce, Create: this.create, Delete: this.remove, Follow: this.simple, Like: this.simple,
      Poll: this.poll, QuoteRequest: this.quote, Rename: this.rename, Undo: this.undo, Update: this.update,
    }[words.type];
    if (make == null) throw new Error(`no such activity: ${words.type}`);
    const made = await make.call(this, context, words);
    this.activities.set(made.id.href, made);
    return made;
  }

  /** Give the actor as others see it. */
  async actor(context) {
    const pairs = await context.getActorKeyPairs(this.name);
    return new Person({
      id: context.getActorUri(this.name),
      preferredUsername: this.name,
      name: this.title,
      summary: "<p>A server of another make.</p>",
      url: context.getActorUri(this.name),
      inbox: context.getInboxUri(this.name),
      outbox: context.getOutboxUri(this.name),
      followers: context.getFollowersUri(this.name),
      endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
      publicKey: pairs[0].cryptographicKey,
      assertionMethods: pairs.map((pair) => pair.multikey),
      manuallyApprovesFollowers: false,
    });
  }

  /** Give what every activity of this actor has: an id of its own and the actor. */
  #basics(context) {
    this.count += 1;
    const actor = context.getActorUri(this.name);
    return { id: new URL(`#activities/${Date.now()}-${this.count}`, actor), actor };
  }

  #audience(context) {
    return { to: PUBLIC_COLLECTION, cc: context.getFollowersUri(this.name) };
  }

  simple(context, { type, object }) {
    const kinds = { Follow, Like };
    return new kinds[type]({ ...this.#basics(context), object: new URL(object) });
  }

  announce(context, { object }) {
    return new Announce({ ...this.#basics(context), ...this.#audience(context), object: new URL(object) });
  }

  undo(context, { object }) {
    return new Undo({ ...this.#basics(context), object: this.activities.get(object) });
  }

  /** Give what every post of this actor has. */
  #post(context, kind, content) {
    this.count += 1;
    const id = context.getObjectUri(kind, { identifier: this.name, id: String(this.count) });
    const said = { content, mediaType: "text/html", published: Temporal.Now.instant() };
    return { id, url: id, attribution: context.getActorUri(this.name), to: PUBLIC_COLLECTION, ...said };
  }

  create(context, words) {
    const tags = (words.mentions ?? []).map((one) => new Mention({ href: new URL(one.uri), name: one.handle }));
    const ccs = [context.getFollowersUri(this.name), ...tags.map((tag) => tag.href)];
    const note = new Note({
      ...this.#post(context, Note, words.content),
      tags,
      ccs,
      replyTarget: words.reply == null ? null : new URL(words.reply),
    });
    this.notes.set(note.id.href, note);
    return new Create({ ...this.#basics(context), to: PUBLIC_COLLECTION, ccs, object: note });
  }

  poll(context, { content, options }) {
    const answers = options.map((name) => new Note({ name }));
    const closes = Temporal.Now.instant().add({ hours: 1 });
    const poll = new Question({ ...this.#post(context, Question, content), exclusiveOptions: answers, endTime: closes });
    return new Create({ ...this.#basics(context), ...this.#audience(context), object: poll });
  }

  quote(context, { object, content }) {
    const note = new Note({ ...this.#post(context, Note, content), quote: new URL(object) });
    this.notes.set(note.id.href, note);
    return new QuoteRequest({ ...this.#basics(context), object: new URL(object), instrument: note });
  }

  update(context, { object, content }) {
    const note = this.notes.get(object).clone({ content, updated: Temporal.Now.instant() });
    this.notes.set(object, note);
    return new Update({ ...this.#basics(context), ...this.#audience(context), object: note });
  }

  async rename(context, { title }) {
    this.title = title;
    return new Update({ ...this.#basics(context), ...this.#audience(context), object: await this.actor(context) });
  }

  remove(context, { object }) {
    this.notes.delete(object);
    return new Delete({
      ...this.#basics(context), ...this.#audience(context), object: new Tombstone({ id: new URL(object) }),
    });
  }
}
