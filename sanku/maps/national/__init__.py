"""The national base on the map: tiles of all its companies with live filters, and cards of what they show."""
