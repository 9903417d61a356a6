"""The instructor's desk: written answers marked blind, and what a class needs next."""
