"""The callback protocol of WeChat Official Accounts: values in, values out.

Nothing in this package performs I/O, reads a clock, draws random numbers or knows an
HTTP framework; what varies is an argument. The protocol is pairs of inverse functions,
each pair in one module: sign/verify, encrypt/decrypt, load/dump, parse/render.
"""
