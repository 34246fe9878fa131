"""What tests about posts on pages do over and over."""

from node.services import posting
from node.services.posting import Draft


async def post(world, person, text, **more):
    """Post as somebody, and return the id."""
    return await world.db.write(posting.post, person.id, Draft(text=text, **more))
