"""A network in the browser: its file, the JavaScript modules that compute it, a page that needs no server."""
