"""WeChat on your desk: what Tencent does to a callback service, for whoever writes one.

It pushes messages and events as WeChat pushes them, judges the answers as strictly, and
serves the platform's API, to any service, whatever that is written in. It imports the
protocol of ``wechat/`` and Tornado, and nothing of the service. For development only: it
listens at loopback, and knows every secret of its pretended account.
"""
