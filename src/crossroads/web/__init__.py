"""What is shown in a browser: HTML that is safe, and the widgets' shared part."""
