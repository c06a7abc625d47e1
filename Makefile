# Builds and tests Trapline. `make help` lists the targets and variables.

MAKEFLAGS += --no-builtin-rules --no-builtin-variables --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

# ---- Variables for the user --------------------------------------------------------------------

## BUILD: folder for all build output
BUILD ?= build
## ENGINE: emulator for `make run`: auto (default), bochs, qemu-kvm, qemu-tcg
ENGINE ?= auto
## CPU: processor model to emulate; `bochs -help cpu` lists the models of Bochs
CPU ?=
## MEM: memory of the emulated machine in MiB
MEM ?= 256
## FIRMWARE: firmware for `make run`: bios (default) or uefi
FIRMWARE ?= bios
## TIMEOUT: time limit of `make run` in seconds
TIMEOUT ?= 120
## ARGS: command line to pass to the kernel
ARGS ?=
## COUNT: number of random VM entries in `make audit-fuzz`
COUNT ?= 1000
## SEED: seed of the random VM entries
SEED ?= 1
## V: V=1 shows each command
V ?=
## JOBS: number of programs to run in parallel, unless make is given -j
JOBS ?= $(or $(shell nproc),2)
## CFLAGS: compiler flags for optimisation and debug information
CFLAGS ?= -O2 -g
## PYTHON: interpreter for tools and tests; Debian's finds Debian's pytest
PYTHON ?= $(firstword $(wildcard /usr/bin/python3) python3)

# Only the outermost make sets -j; makes that it starts share its jobs.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(JOBS)
endif

first = $(firstword $(foreach program,$1,$(if $(shell command -v $(program)),$(program))) $2)

## CC: compiler; default: the first found of x86_64-elf-gcc, x86_64-linux-gnu-gcc, gcc, clang
ifneq ($(filter default undefined,$(origin CC)),)
CC := $(call first,x86_64-elf-gcc x86_64-linux-gnu-gcc gcc clang,gcc)
endif
## LD: linker; default: the one that belongs to CC
LD := $(call first,$(patsubst %gcc,%ld,$(filter %gcc,$(CC))) x86_64-elf-ld x86_64-linux-gnu-ld ld,ld)
CLANG := $(findstring clang,$(shell { $(CC) --version; } 2>/dev/null))

# ---- How a kernel is compiled ------------------------------------------------------------------

VERSION := 0.1.0
ELF := $(BUILD)/trapline.elf
ISO := $(BUILD)/trapline.iso

# The build is reproducible: its output contains no path and no date.
export SOURCE_DATE_EPOCH := 1704067200

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wundef -Wvla -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wpointer-arith -Wwrite-strings -Wcast-align -Wformat=2 -Wdate-time

# -mgeneral-regs-only: the kernel does not save vector registers, which hold guest state.
# -mno-red-zone: interrupts push onto the current stack. -fno-pic, -fno-pie: no loader relocates the
# kernel.
KERNEL_FLAGS := -std=c17 -ffreestanding -fno-pic -fno-pie -mno-red-zone -mgeneral-regs-only \
	-fno-stack-protector -fcf-protection=none -fno-asynchronous-unwind-tables -fno-common \
	-ffile-prefix-map='$(CURDIR)'=. $(if $(CLANG),--target=x86_64-unknown-none-elf) $(WARNINGS) \
	-I. -DTRAPLINE_VERSION='"$(VERSION)"' $(CFLAGS)

# Otherwise the compiler may turn a loop in these functions into a call of the same function.
lib/string.c.flags := -fno-builtin $(if $(CLANG),,-fno-tree-loop-distribute-patterns)

# No -g: it would record the folder in which NASM ran.
NASM_FLAGS := -f elf64 -w+all -Werror -I. -I$(BUILD)/ \
	-DTRAPLINE_VERSION="'$(VERSION)'"

LD_FLAGS := -T linker.ld -static -nostdlib --orphan-handling=error --build-id=none \
	-z noexecstack -z max-page-size=4096 --fatal-warnings

# Each offsets.c exports offsets of structure members to assembly (lib/offsets.h); it is not linked.
ROOMS := boot kernel kernel/acpi kernel/serial lib ept vmx \
	$(patsubst %,vmx/%,audit bench cpu exit fuzz guests run)
OFFSETS := $(wildcard $(ROOMS:%=%/offsets.c))
OFFSETS_INC := $(OFFSETS:%.c=$(BUILD)/%.inc)
SOURCES := $(filter-out $(OFFSETS),$(sort $(wildcard $(foreach room,$(ROOMS), \
	$(room)/*.c $(room)/*.asm))))
OBJECTS := $(SOURCES:%=$(BUILD)/%.o)

# $(call quietly,WORDS) prints WORDS instead of the command. It prints to stderr, because stdout of
# `make run` carries the output of the serial port.
quietly = $(if $(V),,@echo '  $1' >&2; )

# ---- Rules -------------------------------------------------------------------------------------

.PHONY: all iso netboot run audit-fuzz evidence evidence-kvm bench bench-kvm bench-peers docs test test-unit test-tools \
	test-boot test-long test-uefi test-netboot test-kvm test-all check help clean FORCE

## all: build the kernel, build/trapline.elf (default)
all: $(ELF)

# The ELF gets its final name only after it has passed the check.
$(ELF): $(OBJECTS) linker.ld tools/check-elf
	$(call quietly,LD    $@)$(LD) $(LD_FLAGS) -o $@.unchecked $(OBJECTS)
	$(call quietly,CHECK $@)$(PYTHON) tools/check-elf $@.unchecked
	@mv $@.unchecked $@

$(BUILD)/%.c.o: %.c $(BUILD)/settings
	@mkdir -p $(@D)
	$(call quietly,CC    $<)$(CC) $(KERNEL_FLAGS) $($<.flags) -MMD -MP -c -o $@ $<

$(BUILD)/%.asm.o: %.asm $(OFFSETS_INC) $(BUILD)/settings
	@mkdir -p $(@D)
	$(call quietly,NASM  $<)nasm $(NASM_FLAGS) -MD $(@:.o=.d) -MP -o $@ $<

# The compiler's output for an offsets.c has lines "->NAME $123"; sed turns them into %define lines for
# NASM. -fno-integrated-as keeps Clang from parsing these lines as assembly.
$(OFFSETS_INC): $(BUILD)/%.inc: %.c $(BUILD)/settings
	@mkdir -p $(@D)
	$(call quietly,CC    $<)$(CC) $(KERNEL_FLAGS) $(if $(CLANG),-fno-integrated-as) -MMD -MP -MF $(@:.inc=.d) -MT $@ -S -o $(@:.inc=.s) $<
	@sed -n 's/^[[:space:]]*->\([A-Z0-9_]*\) \$$*\(-*[0-9]*\)$$/%define \1 \2/p' $(@:.inc=.s) >$@

# All objects depend on this file. It changes with the compiler, the flags or the list of sources.
SETTINGS := $(CC) $(LD) $(KERNEL_FLAGS) $(NASM_FLAGS) $(LD_FLAGS) $(SOURCES)
$(BUILD)/settings: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(SETTINGS))' | cmp -s - $@ || \
		printf '%s\n' '$(subst ','\'',$(SETTINGS))' >$@

-include $(OBJECTS:.o=.d) $(OFFSETS_INC:.inc=.d)

# `set -f` makes the shell split ARGS into words without expanding them.
export ARGS := $(value ARGS)
$(ISO) $(BUILD)/run.iso: $(ELF) FORCE
	$(call quietly,ISO   $@)set -f; tools/mkiso $(ELF) $@ --timeout $(if $(findstring run,$(@F)),0,3) -- $$ARGS

## iso: build a bootable disc, build/trapline.iso; installs missing packages
iso:
	tools/setup run
	$(MAKE) $(ISO)

## netboot: build a folder for a TFTP server, build/netboot; installs missing packages
netboot:
	tools/setup run
	$(MAKE) $(ELF)
	$(call quietly,NET   $(BUILD)/netboot)set -f; tools/mknetboot $(ELF) $(BUILD)/netboot -- $$ARGS

# The set-up may install a compiler, so a second make looks for one afterwards.
## run: boot the kernel in an emulator and show its serial port; installs missing packages
run:
	@tools/setup run $(filter uefi,$(FIRMWARE))
	@$(MAKE) $(BUILD)/run.iso
	@$(PYTHON) tools/run --iso $(BUILD)/run.iso --engine '$(ENGINE)' --mem '$(MEM)' --firmware '$(FIRMWARE)' \
		--timeout '$(TIMEOUT)' $(if $(CPU),--cpu '$(CPU)')

## audit-fuzz: compare the audit with a processor: each rule's vectors and COUNT random VM entries
audit-fuzz:
	$(MAKE) run ARGS='guest=fuzz count=$(COUNT) seed=$(SEED)'

# Models of Bochs on which the audit is compared with the processor; tests/evidence has a file for each.
MODELS := corei5_lynnfield_750 corei5_arrandale_m520 corei7_sandy_bridge_2600k \
	corei7_ivy_bridge_3770k corei7_haswell_4770 broadwell_ult corei7_skylake_x corei3_cnl \
	corei7_icelake_u tigerlake

## evidence: regenerate tests/evidence: what each model allows and which audit rules it enforces
evidence:
	mkdir -p tests/evidence/caps
	for model in $(MODELS); do \
		$(MAKE) -s run ENGINE=bochs CPU=$$model ARGS='guest=fuzz count=0' >$(BUILD)/evidence.log && \
		sed -n 's/\r$$//; /^fuzz: rule=/p' $(BUILD)/evidence.log >tests/evidence/$$model.txt && \
		sed -n 's/\r$$//; /^caps:/p' $(BUILD)/evidence.log >tests/evidence/caps/$$model.txt || exit; \
	done

## evidence-kvm: regenerate the evidence for KVM inside Bochs (tests/kvm); takes minutes
evidence-kvm: $(ELF)
	@tools/setup run uefi kvm
	tools/mkiso $(ELF) $(BUILD)/vectors.iso --timeout 0 -- guest=fuzz count=0 below=bochs
	$(PYTHON) tests/kvm/rig.py $(BUILD)/kvm $(BUILD)/vectors.iso >$(BUILD)/evidence.log
	sed -n 's/\r$$//; /^fuzz: rule=/p' $(BUILD)/evidence.log >tests/evidence/kvm_on_corei7_skylake_x.txt

## bench: measure VM exits and VMX instructions on ENGINE, print a table; installs missing packages
bench:
	@mkdir -p $(BUILD)/bench
	@$(MAKE) run ARGS='guest=bench' >$(BUILD)/bench/trapline.log || \
		{ status=$$?; tail -n 1 $(BUILD)/bench/trapline.log; exit $$status; }
	@$(PYTHON) tools/bench-compare Trapline=$(BUILD)/bench/trapline.log
	@echo "The serial log is $(BUILD)/bench/trapline.log"

## bench-kvm: measure VM exits of KVM inside Bochs (tests/peers); takes minutes
bench-kvm:
	@tools/setup run kvm
	$(PYTHON) tests/peers/peers.py $(BUILD)/bench $(BUILD)/kvm

# Trapline runs first, because it takes only seconds.
## bench-peers: compare the cost of VM exits in Trapline and KVM; installs missing packages
bench-peers:
	@$(MAKE) bench ENGINE=bochs CPU=corei7_skylake_x
	@$(MAKE) bench-kvm
	@$(PYTHON) tools/bench-compare Trapline=$(BUILD)/bench/trapline.log \
		'KVM, no mitigations=$(BUILD)/bench/kvm_mitigations_off.log' \
		'KVM, default mitigations=$(BUILD)/bench/kvm_mitigations_default.log'
	@echo "The raw logs are $(BUILD)/bench/*.log"

# Sources of the audit for programs that run on Linux.
AUDIT_SOURCES := vmx/audit/audit.c vmx/audit/rule.c $(sort $(wildcard vmx/audit/rules*.c))

AUDIT_DOC_SOURCES := tools/audit-doc.c lib/fmt.c lib/out.c \
	$(AUDIT_SOURCES) vmx/answer.c vmx/caps.c vmx/control.c vmx/exit_reason.c vmx/field.c
$(BUILD)/audit-doc: $(AUDIT_DOC_SOURCES) $(wildcard $(foreach room,vmx vmx/audit,$(room)/*.h $(room)/*.def) lib/*.h)
	@mkdir -p $(@D)
	$(call quietly,CC    $@)$(CC) -std=c17 -O1 $(WARNINGS) -I. -o $@ $(AUDIT_DOC_SOURCES)

## docs: regenerate the documentation tables from the source tables
docs: $(BUILD)/audit-doc
	$(BUILD)/audit-doc $(sort $(wildcard tests/evidence/*.txt)) >docs/audit.md
	$(PYTHON) tests/boot/controls_doc.py >docs/controls.md
	$(PYTHON) tests/peers/benchmarks_doc.py
	$(PYTHON) tests/boot/options_doc.py

# Prints one line for each phase and keeps its output in build/phases. The limit is an hour; every
# phase takes much less.
PHASE := tools/phase $(BUILD)/phases 3600

# Tests that start make must not inherit the flags of this one.
PYTEST = env -u MAKEFLAGS ELF='$(ELF)' $(PYTHON) -m pytest

## test: run check, test-unit, test-tools and test-boot; takes minutes; installs missing packages
test:
	@tools/setup run test uefi report
	@$(PHASE) $(MAKE) check
	@$(PHASE) $(MAKE) test-unit
	@$(PHASE) $(MAKE) test-tools
	@$(PHASE) $(MAKE) test-boot

include tools/vmcs-audit/vmcs-audit.mk

## test-unit: test the pure source files, compiled for this machine with sanitizers
include tests/unit/unit.mk

## test-tools: test vmcs-audit and the other tools that boot no machine
test-tools: $(BUILD)/vmcs-audit $(AUDIT_MUTANTS:%=$(BUILD)/unit/gcc/%)
	@VMCS_AUDIT='$(abspath $(BUILD))/vmcs-audit' UNIT='$(abspath $(BUILD))/unit/gcc' \
		$(PYTEST) -n $(JOBS) tests/tools
	@$(MAKE) fuzz-vmcs-audit FUZZ_RUNS=5000

## test-boot: test the kernel on emulated machines, and the tools that boot it
test-boot: $(ELF)
	@$(PYTEST) -n $(JOBS) -m 'not long' tests/boot

## test-long: run in full the tests that `make test` shortens; installs missing packages
test-long: $(ELF)
	@tools/setup run test report browser
	@$(PYTEST) -n $(JOBS) -m long tests/boot
	@$(MAKE) fuzz-vmcs-audit FUZZ_RUNS=20000

## test-uefi: boot a disc and a USB stick on machines with UEFI; installs missing packages
test-uefi: $(ELF)
	@tools/setup run test uefi
	@$(PYTEST) -n $(JOBS) tests/uefi

## test-netboot: boot from the network with BIOS and UEFI; installs missing packages
test-netboot: $(ELF)
	@tools/setup run test uefi netboot
	@$(PYTEST) -n $(JOBS) tests/netboot

## test-kvm: test under QEMU with KVM inside Bochs; takes minutes; installs missing packages
test-kvm: $(ELF)
	@tools/setup run test uefi kvm
	@KVM='$(BUILD)/kvm' $(PYTEST) tests/kvm

## test-all: run all tests above
test-all:
	@$(MAKE) test
	@$(PHASE) $(MAKE) test-long
	@$(PHASE) $(MAKE) test-uefi
	@$(PHASE) $(MAKE) test-netboot
	@$(PHASE) $(MAKE) test-kvm

## check: check includes and format, run clang-tidy and cppcheck, build with gcc and clang
check: check-rooms check-format check-tidy check-cppcheck check-compilers

C_FILES := $(filter %.c,$(SOURCES)) $(OFFSETS)
# Programs for Linux, which are not freestanding.
TOOL_FILES := $(sort $(wildcard tests/peers/*.c tools/*.c tools/vmcs-audit/*.c))
FORMATTED := $(sort $(wildcard $(foreach room,$(ROOMS) tests/peers tests/unit tools \
	tools/vmcs-audit $(addprefix tests/unit/,$(ROOMS) tools/vmcs-audit),$(room)/*.[ch])))

.PHONY: check-rooms check-format check-tidy check-cppcheck check-compilers

# Checks includes and symbols between rooms, and that a unit test covers each pure file.
check-rooms: $(OBJECTS)
	$(call quietly,ROOMS)$(PYTHON) tools/check-rooms --rooms $(ROOMS) --objects $(BUILD) \
		--covered $(foreach test,$(UNIT_TESTS),$(UNIT_COVERS_$(test)))

check-format:
	$(call quietly,FORMAT)clang-format --dry-run -Werror $(FORMATTED)
	@$(PYTHON) tools/check-braces $(FORMATTED)

# clang-tidy runs again on a file if the file, a header that it includes or the set of checks changed.
TIDY := $(C_FILES:%=$(BUILD)/tidy/%) $(TOOL_FILES:%=$(BUILD)/tidy/%)
check-tidy: $(TIDY)

TIDY_FLAGS = -std=c17 -I. -DTRAPLINE_VERSION='"0"' \
	$(if $(filter $<,$(TOOL_FILES)),-D_GNU_SOURCE,-ffreestanding -mgeneral-regs-only)

# On stderr, clang-tidy counts suppressed warnings. Show that only after a failure.
$(TIDY): $(BUILD)/tidy/%: % .clang-tidy Makefile
	@mkdir -p $(@D)
	$(call quietly,TIDY  $<)clang-tidy --quiet $< -- $(TIDY_FLAGS) 2>$@.stderr || { cat $@.stderr; exit 1; }
	@clang $(TIDY_FLAGS) -MM -MP -MT $@ -MF $@.d $<
	@touch $@

-include $(TIDY:=.d)

# The build folder of cppcheck caches the results for unchanged files. The suppressed warnings are
# false: symbols of a linker script may be compared (comparePointers), asm goto sets variables
# (legacyUninitvar), and functions in other files fill structures passed by pointer (ctuuninitvar).
cppcheck = mkdir -p $(BUILD)/cppcheck/$1 && cppcheck --quiet --error-exitcode=1 --std=c11 \
	--platform=unix64 --enable=warning,performance,portability -j $(JOBS) -I. \
	-DTRAPLINE_VERSION='"0"' --cppcheck-build-dir=$(BUILD)/cppcheck/$1 --suppress=ctuuninitvar
check-cppcheck:
	$(call quietly,CPPCHECK)$(call cppcheck,kernel) $(C_FILES) \
		--suppress=comparePointers --suppress=legacyUninitvar:kernel/msr.h
	$(call quietly,CPPCHECK)$(call cppcheck,tools) $(TOOL_FILES)

# `make all` uses one of the two compilers; this uses the other one.
OTHER := $(if $(CLANG),gcc,clang)
check-compilers: $(ELF)
	@$(MAKE) CC=$(OTHER) BUILD=$(BUILD)/$(OTHER) all

## help: print this list
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST) | awk -F': ' \
		'{ list[$$1 ~ /^[A-Z]/] = list[$$1 ~ /^[A-Z]/] sprintf("  %-15s %s\n", $$1, substr($$0, length($$1) + 3)) } \
		END { printf "Targets\n%s\nVariables (make NAME=value ...)\n%s", list[0], list[1] }'

## clean: remove all build output
clean:
	rm -rf '$(BUILD)'
