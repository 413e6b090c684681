"""Sanku 三库: the system a development zone runs its investment promotion on."""

__version__ = "0.1.0"
