"""Collect: files of every platform become raw records in one schema (`bedside.model.posts.COLLECTED`).

`importing.import_path` is the door; `formats.FORMATS` lists what can be read; one file per source maps records.
"""
