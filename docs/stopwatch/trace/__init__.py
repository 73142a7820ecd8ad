"""The tracer: record what the tasks, threads and processes of an unmodified program did.

Standard library only, as the browser runs these files too.
"""
