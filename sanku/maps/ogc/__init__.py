"""OGC API – Features and Tiles: the libraries and the national base as layers, for QGIS, GDAL and whatever else reads them."""
