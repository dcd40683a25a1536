"""The web console: pages for people over the same questions, rights and desk as the interface.

A page is a question whose answer is HTML (pages.py); a form sends commands to the desk that the
interface sends them to (acting.py). What is live is fetched again when an event says so.
"""
