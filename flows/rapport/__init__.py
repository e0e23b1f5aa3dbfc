"""The control report of a night: what was done against what the systems hold, and where what came in has gone."""
