"""What plays WeChat in the benchmarks judges as WeChat does."""
