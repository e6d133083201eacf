"""The scalings of pixels, in words."""

SCALINGS = {
    "raw": "Raw: 0 to 255",
    "unit": "0 to 1",
    "paper": "−0.1 to 1.175, as in 1998",
    "standardize": "Standardised",
}
