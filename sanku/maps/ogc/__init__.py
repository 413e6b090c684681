"""OGC API – Features: the libraries as layers, for QGIS, GDAL and whatever else reads the standard."""
