# Names for the tasks of packaging/bootstrap.py; pass arguments on as in: make test ARGS="-k hold"
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do command -v $$name && break; done)
TASKS := demo tour test check bench reliability storm fuzz screenshots lock setup doctor clean

.DEFAULT_GOAL := help
.PHONY: help $(TASKS)

$(TASKS):
	@$(or $(PYTHON),$(error Python 3.11, 3.12 or 3.13 is needed and no python3 was found)) packaging/bootstrap.py $@ $(ARGS)

help:
	@$(or $(PYTHON),$(error Python 3.11, 3.12 or 3.13 is needed and no python3 was found)) packaging/bootstrap.py help
