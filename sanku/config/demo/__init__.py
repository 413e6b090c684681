"""The demonstration zone: invented people, companies, projects and carriers on the real ground of a real zone.

Everything is written by calling operations, so that building it is a test of them. Every firm's name says 示例
(“example”); the same seed gives the same zone, with dates relative to the day it is built.
"""
