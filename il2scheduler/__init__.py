"""Plans interleukin-2 injection cycles and follow-up visits of clinical trials."""
