"""Lessons: Markdown files whose steps lead through the pages, and what each person has done of them."""
