"""LeNet Lab: `streamlit run app.py`. What the server answers: the pages, and beside them plain HTTP requests.

The pages are the script `pages/navigation.py`, which runs anew at every click. This module is imported once.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from lenet.browser import modules_folder
from pages.parts.board.feed import board
from pages.parts.classroom.export import PATH, export
from pages.parts.classroom.gate import Gate
from pages.parts.classroom.join import join
from pages.parts.shared import live_network
from pages.parts.shared.activity_notice import activity_now
from pages.parts.shared.host_check import HostCheck
from pages.parts.shared.late_messages import LateMessages
from pages.parts.shared.lifespan import lifespan
from pages.parts.shared.lost_session import session
from pages.parts.shared.orders import ask_orders
from pages.parts.shared.security_headers import SecurityHeaders
from pages.parts.train.live_component import ASSETS
from pages.parts.train.live_feed import live

base = f"/{st.get_option('server.baseUrlPath').strip('/')}".rstrip("/")
routes = [
    Route(f"{base}/join", join, methods=["GET", "POST"]),
    Route(f"{base}/lenet/live", live),
    Route(f"{base}/{PATH}", export),
    Route(f"{base}/lenet/activity", activity_now),
    Route(f"{base}/lenet/board", board),
    Route(f"{base}/lenet/session", session),
    Route(f"{base}/lenet/orders", ask_orders, methods=["POST"]),
    Route(f"{base}/lenet/network", live_network.network),
    Route(f"{base}/lenet/no-digit", live_network.no_digit),
    Mount(f"{base}/lenet/modules/{{version}}", StaticFiles(directory=modules_folder.FOLDER)),
    Mount(f"{base}/lenet/assets/{{version}}", StaticFiles(directory=ASSETS)),
]
app = st.App(
    Path(__file__).resolve().parent / "pages" / "navigation.py",
    routes=routes,
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(HostCheck),
        Middleware(Gate, base=base),
        Middleware(LateMessages),
    ],
    lifespan=lifespan,
)
