"""How charts are drawn: a block is laid out on a Sheet, and its Drawing written as SVG or PNG.

A file for each kind of chart says where its marks and words go; `marks` says what a drawing is made
of.
"""
