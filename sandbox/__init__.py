"""Simulators of every external system, over their real protocols, in a process of their own.

Imports nothing else of this project, so that a simulator cannot repeat a mistake of the product it tests.
"""
