"""Compile message catalogues with Babel, as the machine may have no gettext.

Beside the Simplified Chinese of an app its Traditional Chinese is made, compiled only.
"""

import os
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from scripts.traditional import LOCALE, traditional_catalogue


def compile_catalogue(po: Path) -> Path:
    """Write the compiled form beside a .po file and return its path; of zh_Hans also that of zh_Hant."""
    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parts[-3])
    mo = po.with_suffix(".mo")
    _write(mo, catalogue)
    if po.parts[-3] == "zh_Hans":
        _write(traditional_mo(po), traditional_catalogue(catalogue))
    return mo


def traditional_mo(po: Path) -> Path:
    """Return where the Traditional form of a Simplified catalogue is compiled to."""
    return po.parents[2] / LOCALE / "LC_MESSAGES" / po.with_suffix(".mo").name


def _write(mo: Path, catalogue: Catalog) -> None:
    """Put a compiled catalogue in place at once, so that a server may read it meanwhile."""
    mo.parent.mkdir(parents=True, exist_ok=True)
    half = mo.with_suffix(".mo-new")
    with half.open("wb") as target:
        write_mo(target, catalogue)
    os.replace(half, mo)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        compile_catalogue(Path(name))
