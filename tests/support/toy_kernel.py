"""A kernel of a small language of its own, as other languages' kernels are: a line is a command.

``let x 3 + 4`` gives a value to a name, ``show x`` shows one as a notebook's own value, ``say x``
prints it, ``need x == 7`` fails where that isn't so, ``warn words`` writes on standard error,
``wait`` goes on for ever, ``run words`` starts a program, and ``quit`` ends the kernel.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel

LANGUAGE = "toy"


class Toy(Kernel):
    implementation, implementation_version = LANGUAGE, "1"
    banner = "A small language"

    def __init__(self, **given):
        super().__init__(**given)
        self.language_info = {"name": LANGUAGE, "mimetype": "text/plain"}
        self.names = {}

    async def do_execute(self, code, silent, *_, **__):
        number = {"execution_count": self.execution_count}
        try:
            for line in code.splitlines():
                self.command(*line.partition(" ")[::2])
        except (Exception, KeyboardInterrupt) as error:
            about = {"ename": type(error).__name__, "evalue": str(error), "traceback": []}
            self.send_response(self.iopub_socket, "error", about)
            return {"status": "error", **number, **about}
        return {"status": "ok", **number, "payload": [], "user_expressions": {}}

    def value(self, words):
        return eval(words, {"__builtins__": {}}, self.names)

    def write(self, name, text):
        self.send_response(self.iopub_socket, "stream", {"name": name, "text": f"{text}\n"})

    def command(self, word, rest):
        if word == "let":
            name, _, words = rest.partition(" ")
            self.names[name] = self.value(words)
        elif word == "show":
            data = {"text/plain": str(self.value(rest))}
            about = {"execution_count": self.execution_count, "metadata": {}}
            self.send_response(self.iopub_socket, "execute_result", {"data": data, **about})
        elif word == "say":
            self.write("stdout", self.value(rest))
        elif word == "warn":
            self.write("stderr", rest)
        elif word == "need":
            assert self.value(rest), f"not so: {rest}"
        elif word == "wait":
            while True:
                time.sleep(0.05)
        elif word == "run":
            done = subprocess.run(rest, shell=True, capture_output=True, text=True, check=False)
            self.write("stdout", (done.stdout + done.stderr).strip())
        elif word == "quit":
            os._exit(3)
        elif word and not word.startswith("#"):
            raise NameError(f"there is no command {word}")


def install(folder):
    """Write its kernelspec into a folder that stands on JUPYTER_PATH."""
    own = Path(folder) / "kernels" / LANGUAGE
    own.mkdir(parents=True)
    (own / "toy_kernel.py").write_text(Path(__file__).read_text("utf-8"), "utf-8")
    program = "{resource_dir}/toy_kernel.py"
    spec = {"argv": [sys.executable, program, "-f", "{connection_file}"], "display_name": "Toy"}
    text = json.dumps({**spec, "language": LANGUAGE})
    (own / "kernel.json").write_text(text, "utf-8")


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=Toy)
