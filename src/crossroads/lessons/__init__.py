"""A lesson's parts beside its explorers: self-checks, predictions, progress, the course map."""
