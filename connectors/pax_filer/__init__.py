"""The two files PAX writes every night: krav as it saw them then, and hendelser."""
