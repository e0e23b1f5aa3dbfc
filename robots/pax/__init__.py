"""PAX, the old parking system: a robot on its screens, since it has no API."""
