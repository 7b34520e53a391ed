"""Which reports there are, which are stale and why, who runs them, and how a site is published."""
