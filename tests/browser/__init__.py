"""Networks in the browser: the modules against numpy and Keras, the file, the page without a server."""
