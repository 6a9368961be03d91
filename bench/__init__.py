"""Measurements that anyone can repeat. Programs, not tests: nothing here decides whether the build is green."""
