"""Recognise what people type round an answer: words before it, a unit, a full stop after it.

They are steps, which kinds take among their own.
"""

from __future__ import annotations

from .steps import Step

#: What stands before an answer and says that it's one: ``my answer is d``, ``option d``; and the
#: same in Russian.
BEFORE: Step = {
    "words": (
        r"^(?:(?:the|my|our|final|right|correct|best|i)[ ]+)*"
        r"(?:answers?|ans|options?|choices?|letters?|numbers?|choose|chose|picked?|variants?)"
        r"(?:[ ]+(?:is|are|was|no))?[ ]*[ :=.)-][ ]*"
        r"|^(?:\u043c\u043e\u0439[ ]+)?"
        r"(?:\u043e\u0442\u0432\u0435\u0442\u044b?|\u0432\u0430\u0440\u0438\u0430\u043d\u0442\u044b?|"
        r"\u0431\u0443\u043a\u0432[\u0430\u044b])[ ]*[ :=.)-][ ]*"
        r"|^[=:][ ]*"
    ),
    "by": "",
}
#: What stands before a line that was pasted: prompts of Python, IPython, JupyterLab and command
#: lines, the marks of a list or quotation.
PROMPT = (
    r"[ \t]*(?:>>>|\.{3,}:?|(?:In ?)?\[[\d *]*\] ?:|[$>\u2022-](?= *[A-Za-z_0-9]+ *=))"
    r"(?: |(?=\n|$))"
)
#: IPython's magics, and those of programs that often come with it.
MAGICS = (
    "HTML|SVG|aimport|alias|alias_magic|autoawait|autocall|automagic|autoreload|autosave|bash|"
    "bigquery|bookmark|capture|cat|cd|clear|cls|code_wrap|colors|conda|config|connect_info|cp|"
    "cython|debug|dhist|dirs|doctest_mode|ed|edit|env|file|gui|hist|history|html|install_ext|"
    "javascript|js|julia|killbgscripts|latex|ldir|less|lf|lk|ll|load|load_ext|loadpy|logoff|"
    "logon|logstart|logstate|logstop|lprun|ls|lsmagic|lx|macro|magic|mamba|man|markdown|"
    "matplotlib|memit|micromamba|mkdir|more|mprun|mv|notebook|page|pastebin|pdb|pdef|pdoc|perl|"
    "pfile|pinfo|pinfo2|pip|popd|pprint|precision|profile|prun|psearch|psource|pushd|pwd|pycat|"
    "pylab|pypy|python|python2|python3|qtconsole|quickref|R|recall|rehashx|reload_ext|rep|rerun|"
    "reset|reset_selective|rm|rmdir|ruby|run|save|sc|script|set_env|sh|shell|snakeviz|sql|store|"
    "subshell|svg|sx|system|tb|tensorflow_version|time|timeit|unalias|unload_ext|uv|watermark|"
    "who|who_ls|whos|writefile|xdel|xmode"
)
#: The sign that begins a comment in LaTeX and Matlab, before a line that gives a name a value; no
#: magic has this name.
STRAY = rf"[ \t]*%+[ \t]*(?!(?:{MAGICS})[ \t]*=)(?=[A-Za-z_][A-Za-z_0-9]*[ \t]*=(?!=))"
#: Per cent in words, English and Russian.
PER_CENT: Step = {
    "words": (
        r"[ ]*(?:per[ ]?cents?|percentages?|pct|"
        r"\u043f\u0440\u043e\u0446\u0435\u043d\u0442[\u0430-\u044f]*)$"
    ),
    "by": "%",
}
#: What ends a sentence; three points don't.
END: Step = {"cut": r"(?<=[^.])[.;]$"}
