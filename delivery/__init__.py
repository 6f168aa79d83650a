"""How a reply reaches the user: in the window of an attempt, on a retry, or late.

WeChat gives an attempt 5 seconds, hangs up and sends the same push again, three times in
all. Here one push is an *exchange*, however many attempts come: its hook runs once, and
every attempt gets the one reply. What is not ready in time is acknowledged, journaled, and
*late*: pushed as a customer service message, or parked for the user's next message.
"""
