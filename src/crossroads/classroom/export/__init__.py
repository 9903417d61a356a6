"""Marks in the shapes that learning platforms import, from nbgrader's gradebook."""

from __future__ import annotations

from .canvas_gradebook import canvas as canvas
from .course_total import plain_totals as plain_totals
from .course_total import read_totals as read_totals
from .course_total import totals_as_marks as totals_as_marks
from .course_total import without_total as without_total
from .marks import Marks as Marks
from .marks import read as read
from .moodle_gradebook import moodle as moodle
from .table import BYTE_ORDER_MARK as BYTE_ORDER_MARK
from .table import csv_text as csv_text
from .table import plain as plain
from .table import rounded as rounded

FORMATS = ("plain", "moodle", "canvas")
