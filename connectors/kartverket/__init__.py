"""What Kartverket's registers have alike: objects read by typed ids, and a log of changes in a kommune."""
