"""Read, recognise and repair what was submitted, without running any of it."""
