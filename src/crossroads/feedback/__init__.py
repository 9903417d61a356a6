"""What a student reads after grading."""
