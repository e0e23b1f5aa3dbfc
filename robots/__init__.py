"""Robots for web systems without an API: page objects, one browser per process, masked pictures. No queue, no rules."""
