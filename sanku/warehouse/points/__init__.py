"""The base on the map: sorted columns of its points, and tiles made of them. `wanted` alone is light to import."""
