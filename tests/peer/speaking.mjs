// Makes the activities that the one actor of this server sends, and remembers its posts.

import {
  Announce, Create, Delete, Follow, Like, Mention, Note, PUBLIC_COLLECTION, Tombstone, Undo, Update,
} from "@fedify/fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";

/** Makes and remembers the posts and activities of one actor. */
export class Author {
  constructor(name) {
    this.name = name;
    this.notes = new Map();
    this.activities = new Map();
    this.count = 0;
  }

  /** Give the activity that the words of the test ask for. */
  activity(context, words) {
    const make = { Follow: this.simple, Like: this.simple, Announce: this.announce, Undo: this.undo };
    const made = (make[words.type] ?? this.about).call(this, context, words);
    this.activities.set(made.id.href, made);
    return made;
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

  about(context, words) {
    const make = { Create: this.create, Update: this.update, Delete: this.remove }[words.type];
    if (make == null) throw new Error(`no such activity: ${words.type}`);
    return make.call(this, context, words);
  }

  create(context, words) {
    this.count += 1;
    const id = context.getObjectUri(Note, { identifier: this.name, id: String(this.count) });
    const tags = (words.mentions ?? []).map((one) => new Mention({ href: new URL(one.uri), name: one.handle }));
    const ccs = [context.getFollowersUri(this.name), ...tags.map((tag) => tag.href)];
    const note = new Note({
      id, tags, ccs,
      attribution: context.getActorUri(this.name),
      to: PUBLIC_COLLECTION,
      content: words.content,
      mediaType: "text/html",
      url: id,
      replyTarget: words.reply == null ? null : new URL(words.reply),
      published: Temporal.Now.instant(),
    });
    this.notes.set(id.href, note);
    return new Create({ ...this.#basics(context), to: PUBLIC_COLLECTION, ccs, object: note });
  }

  update(context, { object, content }) {
    const note = this.notes.get(object).clone({ content, updated: Temporal.Now.instant() });
    this.notes.set(object, note);
    return new Update({ ...this.#basics(context), ...this.#audience(context), object: note });
  }

  remove(context, { object }) {
    this.notes.delete(object);
    return new Delete({
      ...this.#basics(context), ...this.#audience(context), object: new Tombstone({ id: new URL(object) }),
    });
  }
}
