"""A fleet of instances from one matrix file: what to run (matrix), what it costs and can show (plan),
EC2 and S3 (aws), until all Results are in (follow). Only aws talks to the network, so that the rest is
tested, and every plan printed, without credentials. launch.py is the program."""
