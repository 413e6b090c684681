"""Files as they really are: their kind by content, where their bytes lie, their small picture."""

import codecs
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import olefile
import puremagic
from django.conf import settings
from PIL import Image, ImageOps, UnidentifiedImageError

from sanku.common.problems import Problem, Refused

HEAD_BYTES = 8192
STEP_BYTES = 1 << 20
THUMBNAIL_PX = 320
ZIP, OLE = b"PK\x03\x04", olefile.MAGIC
PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
)
PROGRAM_ENDINGS = frozenset(
    "exe dll com scr msi bat cmd ps1 vbs vbe js jse wsf hta lnk jar apk sh app pif cpl reg".split()
)
OLE_STREAMS = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}
ZIP_PARTS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx", "OFD.xml": "ofd"}
ZIP_MIMES = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken: the endings it goes by, the type it is served as."""

    endings: Sequence[str]
    mime: str
    is_picture: bool = False
    opens_inline: bool = False


KINDS: dict[str, Kind] = {
    "pdf": Kind(["pdf"], "application/pdf", opens_inline=True),
    "jpg": Kind(["jpg", "jpeg"], "image/jpeg", is_picture=True, opens_inline=True),
    "png": Kind(["png"], "image/png", is_picture=True, opens_inline=True),
    "gif": Kind(["gif"], "image/gif", is_picture=True, opens_inline=True),
    "webp": Kind(["webp"], "image/webp", is_picture=True, opens_inline=True),
    "bmp": Kind(["bmp"], "image/bmp", is_picture=True),
    "tif": Kind(["tif", "tiff"], "image/tiff", is_picture=True),
    "heic": Kind(["heic", "heif"], "image/heic"),
    # The office suite WPS writes the same containers under endings of its own.
    "doc": Kind(["doc", "wps"], "application/msword"),
    "xls": Kind(["xls", "et"], "application/vnd.ms-excel"),
    "ppt": Kind(["ppt", "dps"], "application/vnd.ms-powerpoint"),
    "docx": Kind(["docx"], "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": Kind(["xlsx"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": Kind(["pptx"], "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "odt": Kind(["odt"], "application/vnd.oasis.opendocument.text"),
    "ods": Kind(["ods"], "application/vnd.oasis.opendocument.spreadsheet"),
    "odp": Kind(["odp"], "application/vnd.oasis.opendocument.presentation"),
    "ofd": Kind(["ofd"], "application/ofd"),
    "dwg": Kind(["dwg"], "image/vnd.dwg"),
    "zip": Kind(["zip"], "application/zip"),
    "rar": Kind(["rar"], "application/vnd.rar"),
    "7z": Kind(["7z"], "application/x-7z-compressed"),
    "mp4": Kind(["mp4"], "video/mp4"),
    "mov": Kind(["mov"], "video/quicktime"),
    "text": Kind(["txt", "csv", "dxf", "geojson", "kml"], "text/plain"),
}
BY_ENDING = {ending: key for key, kind in KINDS.items() for ending in kind.endings}
ENDINGS = ", ".join(sorted(BY_ENDING))


def ending_of(name: str) -> str:
    """Return the ending of a file name, in small letters without the dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def checked_kind(file: IO[bytes], name: str) -> str:
    """Return the kind of a file, found in its content and in agreement with its name.

    Raises:
        Refused: empty, a program, with macros, damaged, of a kind that is not taken, or named as another kind.
    """
    claimed, found = BY_ENDING.get(ending_of(name)), kind_by_content(file)
    if found == claimed and found is not None:
        return found
    ending = ending_of(name)
    if claimed is None:
        raise _refused("file_kind", name, ending=ending or "—", known=ENDINGS)
    if found is None:
        raise _refused("file_not_so", name, ending=ending)
    raise _refused("file_lies", name, ending=ending, real=KINDS[found].endings[0])


def _refused(code: str, name: str = "", **params: Any) -> Refused:
    return Refused({0: [Problem(code, "file", {"name": name, **params})]})


def kind_by_content(file: IO[bytes]) -> str | None:
    """Return the kind that the bytes of a file say it is; None where they say none of those taken.

    Raises:
        Refused: empty, damaged, a program, or something with macros or a program in it.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if not head:
        raise _refused("file_empty")
    if head.startswith(PROGRAMS):
        raise _refused("file_program")
    if head.startswith(ZIP):
        return _zip_kind(file)
    if head.startswith(OLE):
        return _ole_kind(file)
    found = _magic_kind(head)
    if found is None:
        return "text" if _is_text(head) else None
    return found or None


def _zip_kind(file: IO[bytes]) -> str:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            mime = _beginning(archive, "mimetype") if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError) as error:
        raise _refused("file_damaged") from error
    lower = [name.lower() for name in names]
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or name.startswith("basic/") for name in lower):
        raise _refused("file_macros")
    program = next((name for name in names if ending_of(name) in PROGRAM_ENDINGS), None)
    if program is not None:
        raise _refused("file_holds_program", part=program[:100])
    if "[content_types].xml" in lower or "OFD.xml" in names:
        for part, kind in ZIP_PARTS.items():
            if any(name.startswith(part) for name in names):
                return kind
    return ZIP_MIMES.get(mime, "zip")


def _beginning(archive: zipfile.ZipFile, part: str) -> bytes:
    """Return the first bytes of a part, of which the rest may unpack to more than there is memory."""
    with archive.open(part) as stream:
        return stream.read(100).strip()


def _ole_kind(file: IO[bytes]) -> str | None:
    file.seek(0)
    try:
        with olefile.OleFileIO(file.read()) as book:
            parts = book.listdir()
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise _refused("file_damaged") from error
    if any(name.upper() in ("VBA", "MACROS", "_VBA_PROJECT_CUR") for path in parts for name in path):
        raise _refused("file_macros")
    top = {path[0] for path in parts}
    if "EncryptedPackage" in top:
        raise _refused("file_locked")
    return next((kind for stream, kind in OLE_STREAMS.items() if stream in top), None)


def _magic_kind(head: bytes) -> str | None:
    """Return the kind of a well-known beginning, "" where it is well known and not taken, None where it is not known."""
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    for match in sorted(matches, key=lambda one: -one.confidence):
        key = BY_ENDING.get(match.extension.lstrip(".").lower())
        if key is not None and key != "text":
            return key
        # Something well known that is not taken, a web page say, is not plain text either.
        if match.confidence >= 0.6:
            return ""
    return None


def _is_text(head: bytes) -> bool:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # “Unicode” of older editors and of Excel
        return _reads(head, "utf-16", len(head) // 2 * 2)
    if b"\x00" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            # The last character may be cut in two.
            head[: len(head) - 4 if len(head) == HEAD_BYTES else None].decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(head) - 8 or len(head) < HEAD_BYTES:
                continue
        return True
    return False


def _reads(head: bytes, encoding: str, length: int) -> bool:
    try:
        return "\0" not in head[:length].decode(encoding)
    except UnicodeDecodeError as error:
        return len(head) == HEAD_BYTES and error.start >= length - 4  # the last character is cut in two


# --- where the bytes lie ----------------------------------------------------------------------


def content_path(sha256: str) -> Path:
    """Return where the content of a digest lies, outside of everything that is served."""
    return Path(settings.ATTACHMENT_DIR) / sha256[:2] / sha256


def thumbnail_path(sha256: str) -> Path:
    """Return where the small picture of a content lies."""
    return content_path(sha256).with_suffix(".webp")


def keep_content(file: IO[bytes]) -> str:
    """Keep the bytes of a file by their digest and return it; what is there already is not written twice."""
    file.seek(0)
    folder = Path(settings.ATTACHMENT_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=folder, prefix="new-", delete=False) as kept:
        try:
            while part := file.read(STEP_BYTES):
                digest.update(part)
                kept.write(part)
            kept.flush()
            os.fsync(kept.fileno())
            target = content_path(digest.hexdigest())
            target.parent.mkdir(exist_ok=True, mode=0o700)
            os.replace(kept.name, target)
        except BaseException:
            Path(kept.name).unlink(missing_ok=True)
            raise
    return digest.hexdigest()


def draw_thumbnail(sha256: str) -> bool:
    """Draw the small picture of a content anew, without a byte of the original; return whether there is one."""
    try:
        with Image.open(
            content_path(sha256), formats=["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"]
        ) as picture:
            small = ImageOps.exif_transpose(picture)
            small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
            small.convert("RGB").save(thumbnail_path(sha256), "WEBP", quality=80)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        thumbnail_path(sha256).unlink(missing_ok=True)
        return False
    return True
