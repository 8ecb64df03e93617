"""The dialogs of an open study: every one previews what it would change before it commits."""
