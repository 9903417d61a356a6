"""Questions and the answers that people type."""
