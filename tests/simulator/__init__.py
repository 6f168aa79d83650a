"""Tests of WeChat on your desk: they mirror simulator/."""
