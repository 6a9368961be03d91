"""Knows what a photo may be and what is kept of it: the picture, upright, and nothing else; knows no files.

Told by content, never by name. What a camera writes beside the picture (EXIF, position, XMP, comments, previews)
is left behind, for the picture is made anew from its points alone.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageOps

from pwa.problems import NotAPhoto, TooManyPixels, Unavailable

MOST_PIXELS = 50_000_000
"""Decoded, three bytes each, and twice that while it is turned."""

# Phones send JPEG with a second picture inside (MPO, Multi-Picture Format): its first is the photo.
TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
WRITE: dict[str, dict[str, Any]] = {
    "image/jpeg": {"format": "JPEG", "quality": 88},
    "image/png": {"format": "PNG"},
    "image/webp": {"format": "WEBP", "quality": 88},
}

# A second check, in pillow itself, before anything is decoded.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


@dataclass(frozen=True)
class Picture:
    """What is kept of a photo: its type (image/...), its bytes, and how many pixels it has."""

    type: str
    content: bytes
    pixels: int


def clean(content: bytes) -> Picture:
    """A photo as it is kept. Takes seconds for a large one. Raises NotAPhoto, TooManyPixels, Unavailable."""
    try:
        with Image.open(BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as sent:
            if sent.width * sent.height > MOST_PIXELS:
                raise TooManyPixels
            kind = TYPES[sent.format or ""]
            picture = _in_srgb(_upright(sent))
        written = BytesIO()
        picture.info.clear()
        picture.save(written, **WRITE[kind])
        return Picture(kind, written.getvalue(), picture.width * picture.height)
    except TooManyPixels:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels from None
    except MemoryError:
        raise Unavailable from None
    except Exception:
        # Pillow raises almost anything at what is broken: OSError, SyntaxError, struct.error, IndexError ...
        raise NotAPhoto from None


def _upright(image: Image.Image) -> Image.Image:
    image.load()
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # broken EXIF does not make a broken photo
        return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """The colours as any screen shows them, without the camera's own profile; transparency only if there was some."""
    profile = image.info.get("icc_profile")
    if image.has_transparency_data:
        plain = image.convert("RGBA")
    else:
        plain = image.convert("L" if image.mode in ("1", "L") else "RGB")
    if not profile or plain.mode == "L":
        return plain
    try:
        of_camera = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(plain, of_camera, ImageCms.createProfile("sRGB")) or plain
    except (ImageCms.PyCMSError, OSError):
        return plain
