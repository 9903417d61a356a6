"""``python -m crossroads.cli`` is ``crossroads``."""

import sys

from . import main

sys.exit(main())
