"""Data: what the networks learn from."""

import streamlit as st

st.title("Data")
