"""Parts of the lessons: the panel beside every page, and the page that lists, writes and looks them over."""
