"""Planning one patient without a study: the form, the timeline, the list, the findings and the files."""
