"""Parts of the Glossary page."""
