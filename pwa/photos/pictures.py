"""Knows what a photo may be and what is kept of it: the picture, upright, and nothing else; knows no files.

Told by content, never by name. What a camera writes beside the picture (EXIF, position, XMP, comments, previews)
is left behind, for the picture is made anew from its points alone.
"""

from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageOps

from pwa.photos.problems import NotAPhoto, TooManyPixels
from pwa.problems import Unavailable

# How many pixels we decode, by format. JPEG with a second picture inside (MPO, as many phones make it) is read as
# JPEG; the first is the photo. The others take five times as much memory or time: they come from screens, not cameras.
MOST_PIXELS = {"JPEG": 50_000_000, "MPO": 50_000_000, "PNG": 20_000_000, "WEBP": 20_000_000}
READ = ("JPEG", "PNG", "WEBP")
WRITE: dict[str, dict[str, Any]] = {
    "image/jpeg": {"format": "JPEG", "quality": 88},
    "image/png": {"format": "PNG"},
}

# A second check, in pillow itself, before anything is decoded.
Image.MAX_IMAGE_PIXELS = max(MOST_PIXELS.values())


@dataclass(frozen=True)
class Picture:
    """What is kept of a photo: its type (image/...), its bytes, and how many pixels it has."""

    type: str
    content: bytes
    pixels: int


def clean(content: bytes) -> Picture:
    """A photo as it is kept. Takes seconds for a large one. Raises NotAPhoto, TooManyPixels, Unavailable."""
    try:
        with Image.open(BytesIO(content), formats=READ) as sent:
            if sent.width * sent.height > MOST_PIXELS[sent.format or ""]:
                raise TooManyPixels
            is_png, written = sent.format == "PNG", BytesIO()
            _turn_upright(sent)
            picture = _in_srgb(sent)
            # WebP is not written: it takes thirty times as long as JPEG.
            kind = "image/png" if is_png or picture.mode == "RGBA" else "image/jpeg"
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


def _turn_upright(image: Image.Image) -> None:
    image.load()
    with suppress(Exception):  # broken EXIF does not make a broken photo
        ImageOps.exif_transpose(image, in_place=True)


def _in_srgb(image: Image.Image) -> Image.Image:
    """The colours as any screen shows them, without the camera's own profile; transparency only if there was some."""
    profile, plain = image.info.get("icc_profile"), _in_mode(image)
    if not profile or plain.mode == "L":
        return plain
    try:
        of_camera = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(plain, of_camera, ImageCms.createProfile("sRGB")) or plain
    except (ImageCms.PyCMSError, OSError):
        return plain


def _in_mode(image: Image.Image) -> Image.Image:
    opaque = "L" if image.mode in ("1", "L") else "RGB"
    mode = "RGBA" if image.has_transparency_data else opaque
    return image if image.mode == mode else image.convert(mode)  # a copy of a large one takes 150 MB
