"""Who may what: tokens read, requirements decided, refused fields answered."""
