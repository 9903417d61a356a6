"""A class: who is in it, what is given out and comes in, marks for platforms, privacy, the hub."""
