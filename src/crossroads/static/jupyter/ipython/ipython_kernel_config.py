"""A kernel of this environment says in one line what a slip in a lesson's cell was."""

c = get_config()  # noqa: F821
c.InteractiveShellApp.extensions.append("crossroads.lessons.tracebacks")
