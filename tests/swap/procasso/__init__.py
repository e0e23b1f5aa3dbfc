"""Another collection system's API in Procasso's place: JSON-RPC, English names, øre as whole numbers.

These files take the place of those in `connectors/procasso`, and nothing else changes (docs/systems/procasso.md).
"""
