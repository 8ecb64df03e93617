"""What holds for every test."""

import os

# Before Qt is loaded: the tests need no screen, and show no window on the one there may be.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
