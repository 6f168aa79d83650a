"""Tests of the engine, against services of a few lines that answer in any way at all."""
