"""What sms-notice is made of; the routine itself is in `flows/sms_notice.py`."""
