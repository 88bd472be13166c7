"""Result records as reports: HTML, JUnit XML, Markdown, JSON, and what changed between two."""
