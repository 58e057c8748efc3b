"""References to pictures, recordings and biometric records of a person."""

import re
from collections.abc import Collection, Iterator

__all__ = ["SIGNS", "find_references"]

Found = tuple[int, int, str]

_FILE = re.compile(
    r"(?<![\w/.-])[\w()+-]{1,60}\.(?:jpe?g|png|heic|gif|webp|tiff?|bmp|dcm|mp4|mov|avi|m4a|mp3|wav|ogg)\b",
    re.IGNORECASE,
)
_CAMERA = re.compile(
    r"\b(?:IMG|DSC[NF]?|PXL|VID|MVI|GOPR|Screenshot|Screen[ _]Recording|WhatsApp[ _](?:Image|Video|Audio))"
    r"[-_ ]{0,2}\d[\w-]{2,40}\b",
    re.IGNORECASE,
)
_KINDS = (
    r"finger ?prints?|thumb ?prints?|hand ?prints?|palm(?: ?prints?| vein)|face ?(?:id|prints?)|facial(?: recognition)?|voice ?prints?|"
    r"retinal?|iris|biometrics?"
)
_BIOMETRIC = re.compile(
    rf"\b(?:{_KINDS})(?:[ _-](?:scan|id|no|number|ref|reference|template|code|record|hash|file|data|recognition|enrol?ment))*"
    r"(?:, (?:ref|no|number|id))?\.?[ ]{0,2}(?:(?:is|was|as)\b|[:#=])?[ ]{0,2}#?(?=[A-Za-z_ -]{0,12}\d)(?=(?:[ -]?\w){4})([A-Za-z0-9][\w-]{1,40}(?: \d{2,12})?)",
    re.IGNORECASE,
)
_PICTURED = re.compile(  # "photo ref 20391", "see picture no. A-17"
    r"\b(?:photo(?:graph)?|picture|image|x-?ray|scan|video|recording)s? (?:id|no\.?|number|ref(?:erence)?\.?|code)"
    r"[ ]{0,2}(?:(?:is|was)\b|[:#=])?[ ]{0,2}#?(?=[A-Za-z-]{0,12}\d)([A-Za-z0-9][\w/-]{2,40})",
    re.IGNORECASE,
)
_CUES = frozenset(
    (
        "finger", "fingerprint", "fingerprints", "thumb", "thumbprint", "handprint", "palm", "face", "faceprint", "facial", "voice",
        "voiceprint", "retina", "retinal", "iris", "biometric", "biometrics",
    )
)  # fmt: skip
_PICTURES = frozenset(
    (
        "photo",
        "photos",
        "photograph",
        "picture",
        "pictures",
        "image",
        "images",
        "xray",
        "ray",
        "scan",
        "video",
        "recording",
    )
)
_ENDINGS = frozenset(
    (
        "jpg",
        "jpeg",
        "png",
        "heic",
        "gif",
        "webp",
        "tif",
        "tiff",
        "bmp",
        "dcm",
        "mp4",
        "mov",
        "avi",
        "m4a",
        "mp3",
        "wav",
        "ogg",
    )
)
_CAMERAS = frozenset(
    ("img", "dsc", "dscn", "dscf", "pxl", "vid", "mvi", "gopr", "screenshot", "screen", "whatsapp")
)

SIGNS = _ENDINGS | _CAMERAS | _PICTURES | _CUES
"""Words without which nothing here is searched for."""


def find_references(text: str, words: Collection[str]) -> Iterator[Found]:
    """File names of pictures and recordings, and numbers of biometric records.

    Parameters
    ----------
    text : str
        Text to search.
    words : collection of str
        Its words in lower case: what is not among them is not searched for.

    Returns
    -------
    iterator of (start, end, kind)
        kind = photo or biometric; spans may overlap.

    Examples
    --------
    >>> text = "see IMG_2034.jpg, fingerprint id FP-88213"
    >>> [(text[s:e], kind) for s, e, kind in find_references(text, {"jpg", "fingerprint"})]
    [('IMG_2034.jpg', 'photo'), ('FP-88213', 'biometric')]
    """
    if not _ENDINGS.isdisjoint(words):
        for hit in _FILE.finditer(text):
            yield *hit.span(), "photo"
    if not _CAMERAS.isdisjoint(words):
        for hit in _CAMERA.finditer(text):
            yield *hit.span(), "photo"
    if not _PICTURES.isdisjoint(words):
        for hit in _PICTURED.finditer(text):
            yield *hit.span(1), "photo"
    if not _CUES.isdisjoint(words):
        for hit in _BIOMETRIC.finditer(text):
            yield *hit.span(1), "biometric"
