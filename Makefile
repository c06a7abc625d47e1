# Trapline. `make help` lists what can be made and what can be set.

MAKEFLAGS += --no-builtin-rules --no-builtin-variables --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

# ---- What may be set ---------------------------------------------------------------------------

## BUILD: folder for everything that is made
BUILD ?= build
## ENGINE: what `make run` boots on: auto (default), bochs, qemu-kvm, qemu-tcg
ENGINE ?= auto
## CPU: processor model of the engine; `bochs -help cpu` lists those of Bochs
CPU ?=
## MEM: memory of the machine in MiB
MEM ?= 256
## FIRMWARE: of the machine that `make run` boots: bios (default) or uefi
FIRMWARE ?= bios
## TIMEOUT: seconds after which `make run` gives up
TIMEOUT ?= 120
## ARGS: command line of the kernel
ARGS ?=
## COUNT: random VM entries that `make audit-fuzz` tries
COUNT ?= 1000
## SEED: what fixes them
SEED ?= 1
## V: V=1 shows the commands
V ?=
## JOBS: how many programs run at a time, unless make is given -j
JOBS ?= $(or $(shell nproc),2)
## CFLAGS: optimisation and debug information
CFLAGS ?= -O2 -g
## PYTHON: interpreter of tools and tests: Debian's, which sees Debian's pytest
PYTHON ?= $(firstword $(wildcard /usr/bin/python3) python3)

# A make that this one starts shares its jobs.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(JOBS)
endif

first = $(firstword $(foreach program,$1,$(if $(shell command -v $(program)),$(program))) $2)

## CC: compiler: the first of x86_64-elf-gcc, x86_64-linux-gnu-gcc, gcc, clang
ifneq ($(filter default undefined,$(origin CC)),)
CC := $(call first,x86_64-elf-gcc x86_64-linux-gnu-gcc gcc clang,gcc)
endif
## LD: linker: that of the compiler, else the first of the same
LD := $(call first,$(patsubst %gcc,%ld,$(filter %gcc,$(CC))) x86_64-elf-ld x86_64-linux-gnu-ld ld,ld)
CLANG := $(findstring clang,$(shell { $(CC) --version; } 2>/dev/null))

# ---- How a kernel is compiled ------------------------------------------------------------------

VERSION := 0.1.0
ELF := $(BUILD)/trapline.elf
ISO := $(BUILD)/trapline.iso

# No path, no date: the same sources give the same bytes wherever and whenever they are built.
export SOURCE_DATE_EPOCH := 1704067200

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wundef -Wvla -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wpointer-arith -Wwrite-strings -Wcast-align -Wformat=2 -Wdate-time

# Vector registers hold a guest's state and are never saved: no instruction may touch them. There
# is no red zone, since interrupts use the stack they find; and no loader that could relocate.
KERNEL_FLAGS := -std=c17 -ffreestanding -fno-pic -fno-pie -mno-red-zone -mgeneral-regs-only \
	-fno-stack-protector -fcf-protection=none -fno-asynchronous-unwind-tables -fno-common \
	-ffile-prefix-map='$(CURDIR)'=. $(if $(CLANG),--target=x86_64-unknown-none-elf) $(WARNINGS) \
	-I. -DTRAPLINE_VERSION='"$(VERSION)"' $(CFLAGS)

# What these functions are made of must not become a call of themselves.
lib/string.c.flags := -fno-builtin $(if $(CLANG),,-fno-tree-loop-distribute-patterns)

# Without -g, which would write down the folder that NASM ran in.
NASM_FLAGS := -f elf64 -w+all -Werror -I. -I$(BUILD)/ \
	-DTRAPLINE_VERSION="'$(VERSION)'"

LD_FLAGS := -T linker.ld -static -nostdlib --orphan-handling=error --build-id=none \
	-z noexecstack -z max-page-size=4096 --fatal-warnings

# An offsets.c only tells assembly where the fields of structures are: lib/offsets.h.
ROOMS := boot kernel kernel/acpi kernel/serial lib ept vmx \
	$(patsubst %,vmx/%,audit bench cpu exit fuzz guests run)
OFFSETS := $(wildcard $(ROOMS:%=%/offsets.c))
OFFSETS_INC := $(OFFSETS:%.c=$(BUILD)/%.inc)
SOURCES := $(filter-out $(OFFSETS),$(sort $(wildcard $(foreach room,$(ROOMS), \
	$(room)/*.c $(room)/*.asm))))
OBJECTS := $(SOURCES:%=$(BUILD)/%.o)

# $(call quietly,words): a few words instead of the command, which stays silent. They go to stderr,
# so that the stdout of `make run` is the serial port's.
quietly = $(if $(V),,@echo '  $1' >&2; )

# ---- Rules -------------------------------------------------------------------------------------

.PHONY: all iso netboot run audit-fuzz evidence evidence-kvm bench bench-kvm bench-peers docs test test-unit test-tools \
	test-boot test-long test-uefi test-netboot test-kvm test-all check help clean FORCE

## all: the kernel, build/trapline.elf (default)
all: $(ELF)

# Checked before it gets its name, so that an ELF with this name has passed.
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

# The compiler writes "->NAME $123" where an offsets.c says so; the assembler wants %define.
# Clang would want to understand those lines, but for -fno-integrated-as.
$(OFFSETS_INC): $(BUILD)/%.inc: %.c $(BUILD)/settings
	@mkdir -p $(@D)
	$(call quietly,CC    $<)$(CC) $(KERNEL_FLAGS) $(if $(CLANG),-fno-integrated-as) -MMD -MP -MF $(@:.inc=.d) -MT $@ -S -o $(@:.inc=.s) $<
	@sed -n 's/^[[:space:]]*->\([A-Z0-9_]*\) \$$*\(-*[0-9]*\)$$/%define \1 \2/p' $(@:.inc=.s) >$@

# Changes when a compiler, a flag or the list of sources does, and everything is built again.
SETTINGS := $(CC) $(LD) $(KERNEL_FLAGS) $(NASM_FLAGS) $(LD_FLAGS) $(SOURCES)
$(BUILD)/settings: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(SETTINGS))' | cmp -s - $@ || \
		printf '%s\n' '$(subst ','\'',$(SETTINGS))' >$@

-include $(OBJECTS:.o=.d) $(OFFSETS_INC:.inc=.d)

# The shell splits the command line into words and does nothing else to it.
export ARGS := $(value ARGS)
$(ISO) $(BUILD)/run.iso: $(ELF) FORCE
	$(call quietly,ISO   $@)set -f; tools/mkiso $(ELF) $@ --timeout $(if $(findstring run,$(@F)),0,3) -- $$ARGS

## iso: a disc that boots it, build/trapline.iso; installs what is missing
iso:
	tools/setup run
	$(MAKE) $(ISO)

## netboot: a folder for a TFTP server, build/netboot; installs what is missing
netboot:
	tools/setup run
	$(MAKE) $(ELF)
	$(call quietly,NET   $(BUILD)/netboot)set -f; tools/mknetboot $(ELF) $(BUILD)/netboot -- $$ARGS

# What is missing may be a compiler: after the set-up, make looks anew.
## run: boot it and show its serial port; installs what is missing
run:
	@tools/setup run $(filter uefi,$(FIRMWARE))
	@$(MAKE) $(BUILD)/run.iso
	@$(PYTHON) tools/run --iso $(BUILD)/run.iso --engine '$(ENGINE)' --mem '$(MEM)' --firmware '$(FIRMWARE)' \
		--timeout '$(TIMEOUT)' $(if $(CPU),--cpu '$(CPU)')

## audit-fuzz: compare the audit with a processor, by COUNT VM entries beside each rule's vectors
audit-fuzz:
	$(MAKE) run ARGS='guest=fuzz count=$(COUNT) seed=$(SEED)'

# Where the audit has been compared with a processor: tests/evidence has a file for each.
MODELS := corei5_lynnfield_750 corei5_arrandale_m520 corei7_sandy_bridge_2600k \
	corei7_ivy_bridge_3770k corei7_haswell_4770 broadwell_ult corei7_skylake_x corei3_cnl \
	corei7_icelake_u tigerlake

## evidence: note anew what processor models allow, and which rules of the audit they enforce
evidence:
	mkdir -p tests/evidence/caps
	for model in $(MODELS); do \
		$(MAKE) -s run ENGINE=bochs CPU=$$model ARGS='guest=fuzz count=0' >$(BUILD)/evidence.log && \
		sed -n 's/\r$$//; /^fuzz: rule=/p' $(BUILD)/evidence.log >tests/evidence/$$model.txt && \
		sed -n 's/\r$$//; /^caps:/p' $(BUILD)/evidence.log >tests/evidence/caps/$$model.txt || exit; \
	done

## evidence-kvm: the same for KVM, on VMX that Bochs emulates (tests/kvm): some minutes
evidence-kvm: $(ELF)
	@tools/setup run uefi kvm
	tools/mkiso $(ELF) $(BUILD)/vectors.iso --timeout 0 -- guest=fuzz count=0 below=bochs
	$(PYTHON) tests/kvm/rig.py $(BUILD)/kvm $(BUILD)/vectors.iso >$(BUILD)/evidence.log
	sed -n 's/\r$$//; /^fuzz: rule=/p' $(BUILD)/evidence.log >tests/evidence/kvm_on_corei7_skylake_x.txt

## bench: what VM exits and VMX's instructions cost on the ENGINE, as a table; installs what is missing
bench:
	@mkdir -p $(BUILD)/bench
	@$(MAKE) run ARGS='guest=bench' >$(BUILD)/bench/trapline.log || \
		{ status=$$?; tail -n 1 $(BUILD)/bench/trapline.log; exit $$status; }
	@$(PYTHON) tools/bench-compare Trapline=$(BUILD)/bench/trapline.log
	@echo "The serial log is $(BUILD)/bench/trapline.log"

## bench-kvm: what VM exits cost in KVM, on VMX that Bochs emulates (tests/peers): some minutes
bench-kvm:
	@tools/setup run kvm
	$(PYTHON) tests/peers/peers.py $(BUILD)/bench $(BUILD)/kvm

# Trapline goes first: it takes seconds.
## bench-peers: what VM exits cost in Trapline and in KVM, side by side; installs what is missing
bench-peers:
	@$(MAKE) bench ENGINE=bochs CPU=corei7_skylake_x
	@$(MAKE) bench-kvm
	@$(PYTHON) tools/bench-compare Trapline=$(BUILD)/bench/trapline.log \
		'KVM, no mitigations=$(BUILD)/bench/kvm_mitigations_off.log' \
		'KVM, default mitigations=$(BUILD)/bench/kvm_mitigations_default.log'
	@echo "The raw logs are $(BUILD)/bench/*.log"

# The audit as a program for Linux needs it.
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

# A line for each phase, whose output is in build/phases; an hour is much more than any takes.
PHASE := tools/phase $(BUILD)/phases 3600

# A make that a test starts is on its own.
PYTEST = env -u MAKEFLAGS ELF='$(ELF)' $(PYTHON) -m pytest

## test: static checks, unit tests, tools and boots, in some minutes; installs what is missing
test:
	@tools/setup run test uefi report
	@$(PHASE) $(MAKE) check
	@$(PHASE) $(MAKE) test-unit
	@$(PHASE) $(MAKE) test-tools
	@$(PHASE) $(MAKE) test-boot

include tools/vmcs-audit/vmcs-audit.mk

## test-unit: the pure files, compiled for this machine with sanitizers
include tests/unit/unit.mk

## test-tools: vmcs-audit and the other tools that boot nothing
test-tools: $(BUILD)/vmcs-audit $(AUDIT_MUTANTS:%=$(BUILD)/unit/gcc/%)
	@VMCS_AUDIT='$(abspath $(BUILD))/vmcs-audit' UNIT='$(abspath $(BUILD))/unit/gcc' \
		$(PYTEST) -n $(JOBS) tests/tools
	@$(MAKE) fuzz-vmcs-audit FUZZ_RUNS=5000

## test-boot: the kernel on emulated machines, and the tools that boot it
test-boot: $(ELF)
	@$(PYTEST) -n $(JOBS) -m 'not long' tests/boot

## test-long: the searches of which `make test` runs a part, and a report in a browser; installs what is missing
test-long: $(ELF)
	@tools/setup run test report browser
	@$(PYTEST) -n $(JOBS) -m long tests/boot
	@$(MAKE) fuzz-vmcs-audit FUZZ_RUNS=20000

## test-uefi: a disc and a stick on machines with UEFI; installs what is missing
test-uefi: $(ELF)
	@tools/setup run test uefi
	@$(PYTEST) -n $(JOBS) tests/uefi

## test-netboot: from the network, with a BIOS and with UEFI; installs what is missing
test-netboot: $(ELF)
	@tools/setup run test uefi netboot
	@$(PYTEST) -n $(JOBS) tests/netboot

## test-kvm: under QEMU with KVM, on VMX that Bochs emulates: some minutes; installs what is missing
test-kvm: $(ELF)
	@tools/setup run test uefi kvm
	@KVM='$(BUILD)/kvm' $(PYTEST) tests/kvm

## test-all: all of these tests
test-all:
	@$(MAKE) test
	@$(PHASE) $(MAKE) test-long
	@$(PHASE) $(MAKE) test-uefi
	@$(PHASE) $(MAKE) test-netboot
	@$(PHASE) $(MAKE) test-kvm

## check: rooms, format, braces, clang-tidy, cppcheck, and a build with each compiler
check: check-rooms check-format check-tidy check-cppcheck check-compilers

C_FILES := $(filter %.c,$(SOURCES)) $(OFFSETS)
# The programs that are not freestanding.
TOOL_FILES := $(sort $(wildcard tests/peers/*.c tools/*.c tools/vmcs-audit/*.c))
FORMATTED := $(sort $(wildcard $(foreach room,$(ROOMS) tests/peers tests/unit tools \
	tools/vmcs-audit $(addprefix tests/unit/,$(ROOMS) tools/vmcs-audit),$(room)/*.[ch])))

.PHONY: check-rooms check-format check-tidy check-cppcheck check-compilers

# Who includes whom, and whether a unit test covers each pure file.
check-rooms: $(OBJECTS)
	$(call quietly,ROOMS)$(PYTHON) tools/check-rooms --objects $(BUILD) \
		--covered $(foreach test,$(UNIT_TESTS),$(UNIT_COVERS_$(test)))

check-format:
	$(call quietly,FORMAT)clang-format --dry-run -Werror $(FORMATTED)
	@$(PYTHON) tools/check-braces $(FORMATTED)

# A file is looked at again when it, a header that it includes or the set of checks has changed.
TIDY := $(C_FILES:%=$(BUILD)/tidy/%) $(TOOL_FILES:%=$(BUILD)/tidy/%)
check-tidy: $(TIDY)

TIDY_FLAGS = -std=c17 -I. -DTRAPLINE_VERSION='"0"' \
	$(if $(filter $<,$(TOOL_FILES)),-D_GNU_SOURCE,-ffreestanding -mgeneral-regs-only)

# On stderr clang-tidy counts the warnings that it does not show.
$(TIDY): $(BUILD)/tidy/%: % .clang-tidy Makefile
	@mkdir -p $(@D)
	$(call quietly,TIDY  $<)clang-tidy --quiet $< -- $(TIDY_FLAGS) 2>$@.stderr || { cat $@.stderr; exit 1; }
	@clang $(TIDY_FLAGS) -MM -MP -MT $@ -MF $@.d $<
	@touch $@

-include $(TIDY:=.d)

# What it found in files that are as they were is kept in the folder. It knows neither that the
# symbols of a linker script may be compared, nor what asm goto sets, nor that a function in another
# file fills what it is given.
cppcheck = mkdir -p $(BUILD)/cppcheck/$1 && cppcheck --quiet --error-exitcode=1 --std=c11 \
	--platform=unix64 --enable=warning,performance,portability -j $(JOBS) -I. \
	-DTRAPLINE_VERSION='"0"' --cppcheck-build-dir=$(BUILD)/cppcheck/$1 --suppress=ctuuninitvar
check-cppcheck:
	$(call quietly,CPPCHECK)$(call cppcheck,kernel) $(C_FILES) \
		--suppress=comparePointers --suppress=legacyUninitvar:kernel/msr.h
	$(call quietly,CPPCHECK)$(call cppcheck,tools) $(TOOL_FILES)

# The kernel is built by one of the two already.
OTHER := $(if $(CLANG),gcc,clang)
check-compilers: $(ELF)
	@$(MAKE) CC=$(OTHER) BUILD=$(BUILD)/$(OTHER) all

## help: this list
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST) | awk -F': ' \
		'{ list[$$1 ~ /^[A-Z]/] = list[$$1 ~ /^[A-Z]/] sprintf("  %-10s %s\n", $$1, substr($$0, length($$1) + 3)) } \
		END { printf "Targets\n%s\nVariables (make NAME=value ...)\n%s", list[0], list[1] }'

## clean: remove everything that was made
clean:
	rm -rf '$(BUILD)'
