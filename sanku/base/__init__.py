"""The national base as people use it: searching it, looking at a company, picking it into the library."""
