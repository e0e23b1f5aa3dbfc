"""Folkeregisteret, rettighetspakke offentlig-med-hjemmel: persons by bulk lookup."""
