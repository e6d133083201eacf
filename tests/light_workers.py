"""`python -m tests.light_workers run app.py`: Streamlit whose workers load TensorFlow once they need it.

They are ready in a second: for tests of what a page does before anything is computed.
"""

from functools import partial

from streamlit.web.cli import main

from lenet.engine import connect

if __name__ == "__main__":
    connect.connect = partial(connect.connect, warm=False)
    main(prog_name="streamlit")
