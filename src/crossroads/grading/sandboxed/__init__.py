"""What runs inside the sandbox: the worker, the shell of its cells, and what it gives up."""
