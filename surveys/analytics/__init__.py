"""Questions asked of the data."""
