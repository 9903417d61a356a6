"""Lessons that are still to come, and what they will teach.

Nothing of it counts any more once they are there: then delete this file, and what names it.
"""

#: By number: the claims and rows of the article's tables that wait for the lesson.
LESSONS = {
    9: ("A27", "A38", "A39", "A51", "T2.2", "T3.3"),
    10: ("A30", "A47", "A50", "T3.2"),
    11: ("A29", "A43", "A44", "A49"),
}
