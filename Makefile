# `make help` lists what can be made. Everything goes through scripts/manage.py, which needs nothing but Python.
PYTHON ?= python3
PORT ?= 8069
ARGS ?=
NAME ?=
MANAGE = @$(PYTHON) scripts/manage.py

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench shell db pot pictures trace clean

help: ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

run: ## Set up everything, serve the demo on http://127.0.0.1:8069 (PORT=…) until Ctrl-C
	$(MANAGE) run $(PORT)

test: ## Set up everything, run all tests, or ARGS="addons/parts_claims -k settle"
	$(MANAGE) test $(ARGS)

lint: ## Run every lint hook over the whole tree
	$(MANAGE) lint

format: ## Rewrite every file the way lint wants it
	$(MANAGE) format

bench: ## Measure queries and time beside the bare platform in the same run
	$(MANAGE) bench $(ARGS)

shell: ## Odoo's Python shell on the demo database
	$(MANAGE) shell

db: ## Make a database with the addons and their demo data: make db NAME=trial
	@test -n "$(NAME)" || { echo "Say which: make db NAME=trial"; exit 2; }
	$(MANAGE) db $(NAME)

pot: ## Export the translation templates and update the translations
	$(MANAGE) pot

pictures: ## Take the pictures of the user guide anew
	$(MANAGE) pictures

trace: ## Print each requirement with the tests that prove it
	$(MANAGE) trace

clean: ## Remove everything the set-up made outside the checkout, databases included
	$(MANAGE) clean
