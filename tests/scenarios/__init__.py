"""What happens to a user: each file is one thing, on real sockets, with WeChat's times scaled."""
