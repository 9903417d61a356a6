"""Lessons that are still to come: the numbers that wait for them.

Once all of them are there, nothing here counts any more: delete this file, and what names it.
"""

LESSONS = {
    9: "Roads to the sea",
    10: "Students across borders",
    11: "What could be sold?",
}
