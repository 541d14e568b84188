"""The front end in the browser: the only package that knows gradio."""
