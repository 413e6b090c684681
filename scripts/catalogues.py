"""Compile message catalogues with Babel, as the machine may have no gettext."""

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogue(po: Path) -> Path:
    """Write the compiled form beside a .po file and return its path.

    The new file replaces the old one at once, so that a server may read it meanwhile.
    """
    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parts[-3])
    mo = po.with_suffix(".mo")
    half = mo.with_suffix(".mo-new")
    with half.open("wb") as target:
        write_mo(target, catalogue)
    os.replace(half, mo)
    return mo


if __name__ == "__main__":
    for name in sys.argv[1:]:
        compile_catalogue(Path(name))
