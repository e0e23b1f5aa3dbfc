"""Altinn Notifications, API v1 («future»): one SMS to one number, once for each idempotencyId, and its delivery."""
