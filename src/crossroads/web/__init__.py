"""Show things in a browser: HTML that is safe, and the widgets' shared part."""
