"""What a lesson needs beside its explorers: self-checks, predictions, progress, the course map."""
