"""The window, the only place where Qt is imported. It shows what the engine says and decides nothing."""
