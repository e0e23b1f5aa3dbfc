"""Kontakt- og reservasjonsregisteret (KRR), REST v2: may this person be told by SMS, and at which number?"""
