"""Tests of simulator/platform/."""
