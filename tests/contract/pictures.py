"""A small picture to upload."""

import io

from PIL import Image


def picture() -> bytes:
    """Return a PNG of 48 by 32 pixels."""
    image = Image.new("RGB", (48, 32), (20, 110, 90))
    image.putpixel((3, 3), (250, 250, 250))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
