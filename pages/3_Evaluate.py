"""Evaluate: how good a network is, and where it errs."""

import streamlit as st

st.title("Evaluate")
