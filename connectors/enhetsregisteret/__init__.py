"""Enhetsregisteret at Brønnøysundregistrene: units by the open API, the owner of an ENK by the authorised one."""
