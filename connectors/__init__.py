"""One package per outside system: `client.py` talks, `contract.py` holds the wire types, `mapping.py` is pure.

Every client is made from values (base URL, policy, credentials) and a ready `httpx.AsyncClient` from
`http.build_client`, closed by whoever made it. A connector knows no settings, no queue and no rule of the routines.
"""
