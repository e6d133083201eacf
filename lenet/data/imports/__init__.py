"""People's own data, in whatever files they have them: one reader a format, behind one interface."""
