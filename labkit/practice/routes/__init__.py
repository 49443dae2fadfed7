"""The site's routes by topic. Each path exists twice: for people, and under /api for programs."""
