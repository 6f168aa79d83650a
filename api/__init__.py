"""The client of the platform's API: what an account does of its own accord.

Everything is a coroutine of `Api`, which never blocks the loop and raises an ApiError of
`api.errors` where the platform refuses. Sources: the pages of developers.weixin.qq.com that
each module names.
"""
