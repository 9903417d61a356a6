"""The pages that a student reads after grading."""
