"""JupyterHub's settings for a class on one server. docs/hub.md says how to start it, as root."""

from pathlib import Path

from crossroads.classroom import hub

c = get_config()  # noqa: F821

# Made by set-up.sh beside this file.
shared = Path("/srv/crossroads")
places = hub.Places(
    exchange=shared / "exchange",
    course=shared / "course",
    proxy=Path(__file__).parent,
)
hub.configure(c, places)
# For each process 2 GiB of address space; for each person 400 processes and threads.
hub.system_users(c, grader="grader-crossroads", memory="2G", processes=400)

c.JupyterHub.db_url = f"sqlite:///{shared}/hub/jupyterhub.sqlite"
# In PostgreSQL instead, by its address in /etc/crossroads/hub.env:
# import os; c.JupyterHub.db_url = os.environ["HUB_DB_URL"]
c.JupyterHub.cookie_secret_file = f"{shared}/hub/jupyterhub_cookie_secret"

# This machine only, until there is a certificate: then bind to the outside, or leave it so and put
# a web server with the certificate in front.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
# A name for each person's server, NAME.hub.example.org, so that no page of one person's can act in
# another's: it needs a wildcard in the DNS and in the certificate.
# c.JupyterHub.subdomain_host = "https://hub.example.org"
# Without a web server in front:
# c.JupyterHub.bind_url = "https://0.0.0.0:443"
# c.JupyterHub.ssl_cert = "/etc/ssl/certs/hub.pem"
# c.JupyterHub.ssl_key = "/etc/ssl/private/hub.key"
