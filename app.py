"""LeNet Lab: `streamlit run app.py`. Page settings and navigation, nothing else."""

import streamlit as st

st.set_page_config(page_title="LeNet Lab", page_icon=":material/grid_view:", layout="wide")

# A link's path must not equal a file's name (`2_Train`), or Streamlit runs that file without this one.
train = st.Page("pages/2_Train.py", title="Train", icon=":material/model_training:", url_path="train")


def home() -> None:
    """A default page answers at `/` alone, so `/` passes on to a page that a link can name."""
    st.switch_page(train, query_params=st.query_params.to_dict())


st.navigation(
    [st.Page(home, title="LeNet Lab", url_path="home", default=True, visibility="hidden"), train]
).run()
