# scim: make tour, make demo, make emacs, make test, make package, make bench, make test-matrix.
#
# Every target installs what it needs; see test/tools/setup.sh.

EMACS ?= emacs
SHELL := /bin/sh
export EMACS

BRIDGE := dist/scim-bridge.cjs
INFO := elisp/doc/scim.info
SOURCES := $(shell find src -name '*.ts' -o -name '*.json') package.json tsup.config.ts tsconfig.json
ELISP := $(sort $(wildcard elisp/*.el))
TEXINFO := $(wildcard elisp/doc/*.texi)
ELISP_TESTS := $(sort $(wildcard test/elisp/*-tests.el))

.PHONY: help tour build info reference demo emacs test check check-elisp test-bridge test-elisp package bench test-matrix clean

help:
	@echo 'make tour         learn the workbench by doing, in ten minutes, on a service made for it'
	@echo 'make demo         see Emacs provision a user against the built-in mock server'
	@echo 'make emacs        open Emacs on the demo, with the mock server running'
	@echo 'make test         everything that is checked and tested'
	@echo 'make package      build the package for M-x package-install-file'
	@echo 'make info         build the manual, for Info; i in M-x scim opens it'
	@echo 'make bench        measure, side by side with named peers'
	@echo 'make test-matrix  test on Emacs 28.2 and 30, Node 20, 22, 24 and 26'

build: $(BRIDGE)

$(BRIDGE): $(SOURCES)
	@sh test/tools/setup.sh
	@npx tsup --silent

info: $(INFO)

$(INFO): $(TEXINFO)
	@sh test/tools/setup.sh texinfo
	@makeinfo --no-split --error-limit=1 --output=$@ elisp/doc/scim.texi

# The appendix of the manual, from the code; a test fails when it is not fresh.
reference:
	@sh test/tools/setup.sh emacs
	$(EMACS) -Q --batch -L elisp -l test/tools/command-reference.el -f scim-reference-batch

tour: $(BRIDGE)
	@sh test/tools/setup.sh emacs
	$(EMACS) -Q -L elisp -l scim -f scim-tour

demo: $(BRIDGE)
	@sh test/tools/setup.sh emacs
	@node test/tools/demo.mjs

emacs: $(BRIDGE)
	@sh test/tools/setup.sh emacs
	$(EMACS) -Q -L elisp -l scim-demo -f scim-demo

test: check test-bridge check-elisp test-elisp
	@echo 'All checks and tests passed.'

# Types, style, unused code, and that the generated Elisp is fresh.
check:
	@sh test/tools/setup.sh
	npx tsc --noEmit
	npx biome check --error-on-warnings
	npx knip

test-bridge: $(BRIDGE)
	@sh test/tools/setup.sh openssl curl git emacs script
	npx vitest run

check-elisp:
	@sh test/tools/setup.sh emacs lint
	$(EMACS) -Q --batch -l test/tools/byte-compile.el -f scim-byte-compile-batch $(ELISP)
	$(EMACS) -Q --batch -l test/tools/checkdoc-batch.el -f scim-checkdoc-batch $(ELISP)
	$(EMACS) -Q --batch -l test/tools/package-lint-batch.el -f scim-package-lint-batch $(ELISP)

test-elisp: $(BRIDGE) $(INFO)
	@sh test/tools/setup.sh emacs texinfo
	$(EMACS) -Q --batch -L elisp -L test/elisp $(addprefix -l ,$(ELISP_TESTS)) -f ert-run-tests-batch-and-exit

package: $(BRIDGE) $(INFO)
	@sh test/tools/setup.sh
	@node test/tools/package.mjs

bench: $(BRIDGE)
	@sh test/tools/setup.sh emacs script
	@npx tsx test/bench/run.ts

test-matrix: $(BRIDGE) $(INFO)
	@sh test/tools/matrix.sh

clean:
	rm -rf dist build elisp/*.elc $(INFO)
