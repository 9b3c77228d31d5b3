"""Medical records: encounters and the signed documents written in them. Port 5003."""
