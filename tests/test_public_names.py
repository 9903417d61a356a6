"""``import crossroads``: quick, and with every public name."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import crossroads as cr

SOURCE = Path(cr.__file__).parent


def test_importing_takes_under_a_tenth_of_a_second_and_loads_nothing_heavy():
    code = (
        "import sys, time; start = time.process_time(); import crossroads;"
        "took = time.process_time() - start;"
        "print(took, *{'pandas', 'numpy', 'matplotlib', 'ipywidgets', 'IPython', 'yaml'}"
        " & set(sys.modules))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(3)
    ]
    # Of the processor's time, and the best of three: the machine may be busy.
    assert min(float(run.stdout.split()[0]) for run in runs) < 0.1
    assert [run.stdout.split()[1:] for run in runs] == [[], [], []]


def test_every_public_name_is_there_and_is_what_it_says():
    for name in cr.__all__:
        assert getattr(cr, name) is not None
    modules = {name for name in cr.__all__ if isinstance(getattr(cr, name), ModuleType)}
    assert modules == {"answers", "charts", "memo"}
    assert {"__version__", *cr.__all__} <= set(dir(cr))


def test_the_stub_says_where_each_name_lives():
    stub = ast.parse((SOURCE / "__init__.pyi").read_text("utf-8"))
    named = {
        (node.module, alias.name)
        for node in stub.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    assert len(named) > 20
    for module, name in named:
        home = "crossroads." + module
        assert getattr(cr, name) is getattr(sys.modules[home], name)
    assigned = {
        node.targets[0].id: ast.unparse(node.value)
        for node in stub.body
        if isinstance(node, ast.Assign)
    }
    assert assigned.keys() == {"answers", "memo", "analysis", "desk"}
    for name, module in assigned.items():
        assert getattr(cr, name).__name__ == module


def test_names_that_older_notebooks_use_still_work():
    from crossroads import analysis, desk, item_analysis, manual_grading

    assert (analysis, desk) == (item_analysis, manual_grading)


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing"):
        cr.nothing  # noqa: B018


def test_the_version_is_the_package_s_own():
    project = tomllib.loads((SOURCE.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    assert cr.__version__ == project["version"]
