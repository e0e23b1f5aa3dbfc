"""The pages of PAX, one module for each screen."""
