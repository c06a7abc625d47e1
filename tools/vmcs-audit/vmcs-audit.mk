# Builds vmcs-audit, the audit as a Linux program, from the same source files as the kernel.
#
# The including makefile sets BUILD, VERSION, WARNINGS and quietly, and runs in the root of the
# repository.

## HOST_CC: compiler for programs that run on this machine
HOST_CC ?= $(firstword $(foreach program,gcc clang cc,$(if $(shell command -v $(program)),$(program))) cc)
## FUZZ_RUNS: number of inputs that `make fuzz-vmcs-audit` tries
FUZZ_RUNS ?= 200000

VMCS_AUDIT := $(BUILD)/vmcs-audit
VMCS_AUDIT_BUILD := $(BUILD)/tools-vmcs-audit
VMCS_AUDIT_PROFILES := $(sort $(wildcard tools/vmcs-audit/profiles/*.caps))

# The pure sources that are shared with the kernel, and the program's own. fuzz.c replaces main.c.
VMCS_AUDIT_PURE := $(sort $(AUDIT_SOURCES) vmx/audit/report.c \
	vmx/answer.c vmx/caps.c vmx/control.c vmx/exit_reason.c vmx/field.c vmx/override.c vmx/report.c \
	$(patsubst %,lib/%.c,fmt line memory_type out pagetable range text) ept/ept.c)
VMCS_AUDIT_OWN := $(filter-out %/fuzz.c %/main.c,$(sort $(wildcard tools/vmcs-audit/*.c)))

VMCS_AUDIT_FLAGS := -std=c17 -D_GNU_SOURCE -g $(WARNINGS) -I. -DTRAPLINE_VERSION='"$(VERSION)"'

# $(call vmcs_audit_objects,folder,main)
vmcs_audit_objects = $(patsubst %,$(VMCS_AUDIT_BUILD)/$1/%.o,$(VMCS_AUDIT_PURE) $(VMCS_AUDIT_OWN) \
	tools/vmcs-audit/$2.c) $(VMCS_AUDIT_BUILD)/$1/profiles.o

.PHONY: vmcs-audit fuzz-vmcs-audit

## vmcs-audit: build the audit as a Linux program, build/vmcs-audit
vmcs-audit: $(VMCS_AUDIT)

$(VMCS_AUDIT_BUILD)/profiles.c: tools/vmcs-audit/embed-profiles $(VMCS_AUDIT_PROFILES) \
		tools/vmcs-audit/vmcs-audit.mk
	@mkdir -p $(@D)
	$(call quietly,EMBED $@)tools/vmcs-audit/embed-profiles $(VMCS_AUDIT_PROFILES) >$@

# $(call vmcs_audit_rules,folder,compiler,flags)
define vmcs_audit_rules
$$(VMCS_AUDIT_BUILD)/$1/%.c.o: %.c tools/vmcs-audit/vmcs-audit.mk
	@mkdir -p $$(@D)
	$$(call quietly,CC    $$< ($1))$2 $$(VMCS_AUDIT_FLAGS) $3 -MMD -MP -c -o $$@ $$<

$$(VMCS_AUDIT_BUILD)/$1/profiles.o: $$(VMCS_AUDIT_BUILD)/profiles.c tools/vmcs-audit/profile.h
	@mkdir -p $$(@D)
	$$(call quietly,CC    $$< ($1))$2 $$(VMCS_AUDIT_FLAGS) $3 -c -o $$@ $$<
endef

VMCS_AUDIT_FUZZ_FLAGS := -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all

$(eval $(call vmcs_audit_rules,host,$(HOST_CC),-O2))
$(eval $(call vmcs_audit_rules,fuzz,clang,$(VMCS_AUDIT_FUZZ_FLAGS)))

$(VMCS_AUDIT): $(call vmcs_audit_objects,host,main)
	$(call quietly,LD    $@)$(HOST_CC) -o $@ $^

$(VMCS_AUDIT_BUILD)/fuzz-vmcs-audit: $(call vmcs_audit_objects,fuzz,fuzz)
	$(call quietly,LD    $@)clang $(VMCS_AUDIT_FUZZ_FLAGS) -o $@ $^

# libFuzzer starts from tools/vmcs-audit/samples and keeps new inputs only in build/. The seed is fixed, so
# that runs are repeatable.
## fuzz-vmcs-audit: fuzz the parsers of vmcs-audit with the sanitizers enabled
fuzz-vmcs-audit: $(VMCS_AUDIT_BUILD)/fuzz-vmcs-audit
	@mkdir -p $(VMCS_AUDIT_BUILD)/corpus
	$< -runs=$(FUZZ_RUNS) -seed=1 -max_len=16384 -print_final_stats=1 \
		-dict=tools/vmcs-audit/fuzz.dict -artifact_prefix=$(VMCS_AUDIT_BUILD)/ \
		$(VMCS_AUDIT_BUILD)/corpus tools/vmcs-audit/samples

-include $(patsubst %.o,%.d,$(call vmcs_audit_objects,host,main) $(call vmcs_audit_objects,fuzz,fuzz))
