"""Assignments as teachers write them: the bank of items, and the capstone's form."""
