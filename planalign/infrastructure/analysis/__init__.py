"""Somebody else's SQL, carried out without giving it anything but views to read."""
