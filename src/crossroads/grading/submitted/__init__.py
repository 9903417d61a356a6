"""What was submitted: read, recognised and mended, without running any of it."""
