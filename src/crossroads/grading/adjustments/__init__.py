"""Marks that a person adjusts, as data: ``adjustments.yml`` in the course directory.

    assignments:
      quiz-03:
        marks:           # a mark overridden: points, and a reason that the student reads
          student-07:
            q5: {points: 2, reason: the text allows this answer too}
        excused:         # doesn't count, and never as 0: one question, or all of it
          student-09: ill
          student-10: {q4: the projector was broken}
          Evening:       # everybody in a section of the roster; "everybody" is the whole class
            q7: wasn't taught yet
        extra_credit: [q9]      # counts, but not in the maximum; or: all
        curve: {scale: 1.1, add: 1, at_most: 100, reason: it was too long}
    drop:
      - {lowest: 1, of: [quiz-01, quiz-02, quiz-03]}

What was earned stays: a line that is taken out is undone. ``rules`` says what each of these does to
marks, ``file`` reads them, ``dropping`` finds what is dropped, ``in_course`` reads what they need
from the course, ``overridden`` keeps nbgrader's gradebook in step, ``preview`` says whom they
touch.
"""
