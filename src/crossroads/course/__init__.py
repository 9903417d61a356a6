"""The course directory: a learner's and a teacher's own copies, and nbgrader's folders.

    course/
      lessons/            a learner's copies of the lessons
      quizzes/            a learner's copies of the released quizzes
      progress/           what the self-checks remember
      earlier/            a learner's quizzes before new values were drawn
      study.ipynb study/  for who studies alone: the start page; quizzes as they were marked
      handed_in/          what a learner submitted, as it was
      roster.csv          who is in the class
      markers.yml marking/  who marks what; other markers' marks
      requests/           students' requests to look at a mark again
      variants/           the values drawn for each student's copy, and those copies
      collected/          of what came from a learning platform: whom it's from, and what is left
      source/ release/ submitted/ autograded/ feedback/ gradebook.db    nbgrader's own
      nbgrader_config.py  nbgrader's settings for this course

``Course`` knows each of these places, which ``places`` declares. Nothing that a student or a
teacher changed is ever overwritten.
"""

from __future__ import annotations

from ..files import digest as digest
from ..files import write_folder as write_folder
from ..files import write_whole as write_whole
from . import quiz_forms as quiz_forms
from . import translated_quiz as translated_quiz
from .checkout import assignments_dir as assignments_dir
from .commands import use_own_commands as use_own_commands
from .copies import begin_form as begin_form
from .copies import draw_anew as draw_anew
from .copies import personal_copies as personal_copies
from .directory import Course as Course
from .person import Person as Person
from .person import checked_id as checked_id
from .places import PLACES as PLACES
from .preparation import prepare as prepare
from .releases import DASHBOARD as DASHBOARD
from .releases import MARKING as MARKING
from .releases import RELEASES as RELEASES
from .releases import SOURCES as SOURCES
from .releases import generate as generate
from .releases import release as release
from .releases import release_with_nbgrader as release_with_nbgrader
from .releases import teachers_pages as teachers_pages
from .source_assignments import source as source
from .source_assignments import sources as sources
from .source_assignments import write_assignment as write_assignment
