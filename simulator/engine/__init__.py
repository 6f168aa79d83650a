"""Pushes as WeChat pushes them: made, signed, sent three times, and the answer judged."""
