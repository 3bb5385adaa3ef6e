# Handmade containers. "make help" says what there is to make.

CFLAGS ?= -O2 -Wall -Wextra -Wpedantic
STEPS := $(notdir $(sort $(wildcard steps/[0-9]*)))
STEP ?= $(lastword $(STEPS))
FILES ?=

# For "make vm": a command line for sh, in which a $ is a $.
override CMD := $(if $(filter command,$(origin CMD)),$(value CMD))
export CMD

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
	@[ -n "$$(ls -A rootfs 2>/dev/null)" ] || common/mkrootfs rootfs
	@common/run steps/08-full/container rootfs

rootfs: ## build a root filesystem: FROM=host, FROM=FILE.tar, FROM=docker:IMAGE
	@common/mkrootfs rootfs

doctor: ## can this machine run the course?
	@sh common/doctor

inspect: ## show the namespaces of the running containers: PID=123 for one
	@common/inspect $(PID)

test: all ## test it all: STEP=05 for a step, FILES=tests/02-uts.bats for a file
	@$(if $(filter file,$(origin STEP)),,ONLY='$(this)') tests/run \
		$(or $(FILES),$(if $(filter file,$(origin STEP)),,$(wildcard tests/[0-9]*.bats)))

vm: ## a shell in a machine where all steps work: CMD='...' for one command
	@[ ! -w . ] || $(MAKE) -s all
	@tests/vm/run -l $${CMD:+"$$CMD"}

test-vm: ## test it all in a machine with cgroup v2: SYSTEMD=1 for systemd
	@SYSTEMD='$(SYSTEMD)' tests/vm/suite $(FILES)

test-arm64: ## build it all for arm64, and run there what an emulator can
	@tests/arm64

bench: all ## what a container costs, beside crun, runc, bubblewrap: ROUNDS=50
	@tests/bench/run --rounds $(or $(ROUNDS),50) $(if $(JSON),--json)

lint: ## what shellcheck, cppcheck and clang-tidy have to say: nothing
	@tests/lint

leaks: all ## what a container lets out: PROG='bwrap runc' beside others
	@tests/leaks/run $(if $(PROG),'$(PROG)')

compare: all ## is 08's container that of crun, runc, bubblewrap? PROG, JSON=1
	@tests/compare/run $(if $(JSON),--json) $(PROG)

check: ## try your own program: PROG=mine/02, or STEP=02 PROG=./mine; STRICT=1
	@STRICT='$(STRICT)' tests/check/run \
		'$(if $(filter file,$(origin STEP)),,$(this))' '$(PROG)'

start: ## begin a step of your own, from the one before: STEP=02 makes mine/02
	@tests/check/start '$(this)'

watch: ## check it each time you save: STEP=02, or PROG=mine/02
	@tests/check/watch '$(if $(filter file,$(origin STEP)),,$(this))' '$(PROG)'

diff: ## show what a step adds: STEP=05, WORD=1 for words, SIDE=1 side by side
	@common/diff '$(this)' $(if $(SIDE),side,$(if $(WORD),words))

history: ## a git repository with a commit for each step: DIR=/tmp/course
	@common/history '$(DIR)'

slides: ## render the decks, and all diffs on one page, in slides/out
	@slides/render

handout: slides ## two pages to print, in slides/out, with the slides

present: ## show a deck in the terminal: STEP=05, or opening, closing
	@slides/present $(if $(filter file,$(origin STEP)),,'$(STEP)')

demo: all ## have a deck's commands typed for you, on Enter: STEP=05
	@slides/demo $(if $(filter file,$(origin STEP)),,'$(STEP)')

pages: ## fill the blocks of the pages that are taken from the sources
	@tests/pages/fill

carry: ## carry the edits of STEP to the steps after it
	@common/carry '$(this)'

# In the machine of "make vm" rootfs is a mount point: it can only be emptied.
clean: ## remove what was built
	rm -rf slides/out $(STEPS:%=steps/%/container) steps/08-full/enter
	rm -rf rootfs || [ -z "$$(ls -A rootfs)" ]

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

.PHONY: all run rootfs doctor inspect test vm test-vm test-arm64 bench lint leaks \
	compare check start watch diff history carry slides handout present demo pages \
	clean help
