"""The command line and the browser front end."""
