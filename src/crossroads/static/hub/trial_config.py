"""JupyterHub's settings for a trial (``crossroads hub --demo``); it runs in the trial's folder."""

from pathlib import Path

from jupyterhub.utils import random_port

from crossroads import content
from crossroads.classroom import hub, trial

c = get_config()  # noqa: F821

here = Path.cwd()
places = hub.Places(
    exchange=here / "exchange",
    course=here / "course",
    proxy=content.checkout() / "deploy" / "jupyterhub",
    desk_port=random_port(),
)
# Before anything is released, a student's list of assignments is empty, and says no error.
places.exchange.mkdir(exist_ok=True)
hub.configure(c, places)
trial.configure(c, here)

# Beside the port that was asked for, whichever are free.
c.JupyterHub.hub_port = random_port()
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{random_port()}"
