"""Read the layers of an address with GDAL and print what was found: in a process of its own, as GDAL keeps Python's lock."""

import json
import sys
from typing import Any

import pyogrio


def read(source: str, layer: str, **options: Any) -> tuple[dict[str, Any], list[str], int]:
    """Return what is known of a layer, the labels of its features, and how many of them have no place."""
    meta, _ids, shapes, fields = pyogrio.raw.read(source, layer=layer, **options)
    labels = dict(zip(meta["fields"], fields, strict=True))["label"]
    return meta, sorted(labels), sum(shape is None for shape in shapes)


def main(source: str) -> None:
    """Read everything that the test asks about."""
    meta, in_box, _none = read(source, "carriers", bbox=(116.55, 35.41, 116.56, 35.42))
    found = {
        "layers": [name for name, _kind in pyogrio.list_layers(source)],
        "by 100": read(source, "companies", PAGE_SIZE="100")[1:],
        "by 1000": read(source, "companies", PAGE_SIZE="1000")[1:],
        "in box": in_box,
        "crs": meta["crs"],
        "carriers": pyogrio.read_info(source, layer="carriers", force_feature_count=True)["features"],
        "projects": read(source, "projects")[1:],
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
