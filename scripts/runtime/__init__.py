"""The runtime of the project: gets Odoo 19, PostgreSQL and the databases ready, and runs what the Makefile names."""
