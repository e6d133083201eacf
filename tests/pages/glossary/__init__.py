"""Tests of the Glossary page."""
