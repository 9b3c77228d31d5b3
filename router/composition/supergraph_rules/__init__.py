"""What the merged graph must keep to, one file per subject."""
