"""The platform's HTTP API as api.weixin.qq.com serves it: its rules, limits and errors."""
