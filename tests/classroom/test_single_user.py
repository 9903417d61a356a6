"""A person's server at the hub: what it leaves alone until somebody needs it."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from types import SimpleNamespace

import pytest
from tornado.testing import AsyncHTTPTestCase
from tornado.web import Application, RequestHandler

from crossroads import server_extension

#: Imports what a server imports, then says what of the hub is there, and whether a token's scopes
#: are still worked out; then imports what stood aside.
IMPORTED = """
import json, sys
from crossroads.classroom import single_user
with single_user.stand_ins():
    from jupyterhub.singleuser import extension, main
from jupyterhub.services.auth import check_scopes
before = sorted(m for m in sys.modules if m.startswith(("sqlalchemy", "jupyterhub.orm")))
mine = check_scopes({"access:servers!server=ann/"}, {"access:servers!user=ann"})
others = check_scopes({"access:servers!server=ben/"}, {"access:servers!user=ann"})
from jupyterhub import orm, roles
from jupyterhub.handlers.pages import HealthCheckHandler
whole = [orm.User.__tablename__, roles.orm is orm, HealthCheckHandler.__module__]
print(json.dumps([before, sorted(mine), sorted(others), whole]))
"""


def test_the_hub_s_own_code_and_its_database_stay_away():
    done = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    before, mine, others, whole = json.loads(done.stdout)
    assert before == []
    assert mine == ["access:servers!server=ann/"] and others == []
    assert whole == ["users", True, "jupyterhub.handlers.pages"]


def test_a_student_s_server_loads_nbgrader_on_demand_and_nothing_else_of_it():
    place = files("crossroads") / "static" / "hub" / "student" / "jupyter_server_config.json"
    settings = json.loads(place.read_text("utf-8"))
    switched = settings["ServerApp"]["jpserver_extensions"]
    late = settings["CrossroadsServer"]["on_demand"]
    assert late and not any(switched[name] for name in late)
    assert all(name.startswith("nbgrader.") for name in late)


class Answering(RequestHandler):
    def get(self):
        self.write("from the extension")


@pytest.fixture
def extension(monkeypatch):
    """A server extension that counts how often it's loaded."""

    def load(app):
        loaded.append(app)
        app.web_app.add_handlers(".*$", [("/user/ann/assignments", Answering)])

    loaded = []
    module = SimpleNamespace(_load_jupyter_server_extension=load)
    monkeypatch.setitem(sys.modules, "late_extension", module)
    return loaded


def test_an_extension_is_loaded_once_when_its_address_is_asked_for(extension):
    class Server(AsyncHTTPTestCase):
        def get_app(self):
            web_app = Application([("/user/ann/tree", Answering)], base_url="/user/ann/")
            server_extension.load_on_demand(SimpleNamespace(web_app=web_app), ["late_extension"])
            return web_app

        def asked(self):
            assert self.fetch("/user/ann/tree").code == 200
            assert self.fetch("/user/ann/lab/assignments").code == 404
            assert self.fetch("/assignments").code == 404
            assert extension == []
            for _ in range(2):
                assert self.fetch("/user/ann/assignments?course_id=x").body == b"from the extension"
            assert self.fetch("/user/ann/assignments/unknown").code == 404
            assert len(extension) == 1

    # In a thread of its own: a browser's driver may have left an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(Server("asked").debug).result()
