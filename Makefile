# Handmade containers. "make help" says what there is to make.

CFLAGS ?= -O2 -Wall -Wextra -Wpedantic
STEPS := $(notdir $(sort $(wildcard steps/[0-9]*)))
STEP ?= $(lastword $(STEPS))
FILES ?=

# The step's whole name: STEP=05 and STEP=05-chroot are the same.
this = $(or $(filter $(STEP) $(STEP)-%,$(STEPS)),\
	$(error no step "$(STEP)"; there are $(STEPS)))

all: $(STEPS:%=steps/%/container) steps/08-full/enter ## build every step

steps/%/container: steps/%/container.c common/handmade.h
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$^)

steps/08-full/container: $(wildcard steps/08-full/*.[ch])

steps/08-full/enter: steps/08-full/container
	ln -sf container $@

run: all ## open a shell in the finished container
	@[ -e rootfs ] || common/mkrootfs rootfs
	@common/run steps/08-full/container rootfs

rootfs: ## build a root filesystem: FROM=host, FROM=FILE.tar, FROM=docker:IMAGE
	@common/mkrootfs rootfs

doctor: ## can this machine run the course?
	@sh common/doctor

inspect: ## show the namespaces of the running containers: PID=123 for one
	@common/inspect $(PID)

test: all ## test every step: FILES=tests/02-uts.bats for one file
	@tests/run $(FILES)

test-vm: ## the same in a virtual machine with cgroup v2: SYSTEMD=1 for systemd
	@SYSTEMD='$(SYSTEMD)' tests/vm/suite $(FILES)

test-arm64: ## build it all for arm64, and run there what an emulator can
	@tests/arm64

bench: all ## what a container costs, beside crun, runc, bubblewrap: ROUNDS=50
	@tests/bench/run --rounds $(or $(ROUNDS),50) $(if $(JSON),--json)

lint: ## what shellcheck, cppcheck and clang-tidy have to say: nothing
	@tests/lint

leaks: all ## what a container lets out: PROG='bwrap runc' beside others
	@tests/leaks/run $(if $(PROG),'$(PROG)')

check: ## test your own program: STEP=02 PROG=./mine
	@tests/check '$(this)' '$(PROG)'

diff: ## show what a step adds: STEP=05, WORD=1 for words
	@common/diff '$(this)' $(if $(WORD),words)

slides: ## render the decks, and all diffs on one page, in slides/out
	@slides/render

present: ## show a deck in the terminal: STEP=05, or opening, closing
	@slides/present $(if $(filter file,$(origin STEP)),,'$(STEP)')

pages: ## fill the blocks of the pages that are taken from the sources
	@tests/pages/fill

carry: ## carry the edits of STEP to the steps after it
	@common/carry '$(this)'

clean: ## remove what was built
	rm -rf rootfs slides/out $(STEPS:%=steps/%/container) steps/08-full/enter

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

.PHONY: all run rootfs doctor inspect test test-vm test-arm64 bench lint leaks check \
	diff carry slides present pages clean help
