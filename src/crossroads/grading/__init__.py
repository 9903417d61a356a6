"""Grading that is safe and fast, with stock nbgrader's marks.

A submission is hostile input. Three stages keep it from harm: ``submitted`` reads and mends files
without running anything; ``sandboxed``, inside a ``sandbox``, runs a student's cells and sends
*values* out; ``scoring`` compares the values with the key, outside, in a process that ran nothing
of the student's. No key and no test ever enters the sandbox, so there is nothing in it to steal or
forge. ``autograde`` does all three for one submission, ``run`` for a class.
"""

import sys

# jsonschema would make grammars of web addresses with it: two seconds at each start, for schemas
# that hold no address.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
