"""Runs beside each other: what differs in their settings, their curves, their figures, who is better."""
