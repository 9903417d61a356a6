"""What was handed in: read, recognised and mended, without running any of it."""
