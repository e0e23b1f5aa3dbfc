"""Effects that several automations have: a change seen, made and seen again, whatever is changed."""
