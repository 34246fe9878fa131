"""What is said once after something was done. The cookie carries a code, never words, so nobody can put words into a page."""

from typing import Final

from web.pages.views.shell import Flash

FLASHES: Final = {
    "recorded": Flash("Recorded."),
    "begun": Flash("Begun. Say what you expect, then enter the first number."),
    "shared": Flash("Shared. Whoever it began with hears what came of it."),
    "saved": Flash("Saved."),
    "undone": Flash("Undone. What stood there before is back."),
    "bringing": Flash("Begun. What you brought is worked through; this page says how far it got."),
    "thrown-away": Flash("Thrown away. Nothing was changed."),
    "alias-added": Flash("Added. Now start the move on the other server."),
    "alias-removed": Flash("Removed."),
    "moved": Flash("Moved. Your followers are told; your posts stay here."),
    "answered": Flash("Answered."),
    "boosted": Flash("Boosted. Your followers see it."),
    "unboosted": Flash("Boost taken back."),
    "voted": Flash("Voted."),
    "nudged": Flash("Reminded. They hear it from this place, and not who asked."),
    "not-nudged": Flash("Not reminded: it is yours, or they were reminded within the last week.", "warn"),
    "thanked": Flash("Thanked."),
    "unthanked": Flash("Thanks taken back."),
    "bookmarked": Flash("Bookmarked. It is under More, Bookmarks; nobody else knows."),
    "unbookmarked": Flash("Bookmark removed."),
    "changed": Flash("Counted as remembered. Write down what is known now, and where it is from."),
    "posted": Flash("Recorded. It stays in this hospital."),
    "dismissed": Flash("Read. It is not shown to you again."),
    "shown-again": Flash("Ended. You see them again."),
    "ended-follow": Flash("You do not follow that hashtag any more."),
    "removed": Flash("Deleted."),
    "following": Flash("You follow them now. What they write from now on is on Home."),
    "asked": Flash("Asked to follow. They decide."),
    "accepted": Flash("They follow you now."),
    "refused": Flash("Refused. They are not told."),
    "unfollowed": Flash("You do not follow them any more."),
    "signed-in": Flash("Signed in."),
    "ended": Flash("Signed out. That app can do nothing for you any more."),
    "denied": Flash("Denied. The app got nothing.", "warn"),
}
