# Host tests: every program is built by every compiler below, with the sanitizers on, and run.
#
# To add a test, write tests/unit/test_<name>.c, add <name> to UNIT_TESTS and a line
# UNIT_SOURCES_<name> with the other files that it is made of. The makefile that includes this one
# sets BUILD and is run in the root of the repository.

UNIT_TESTS := acpi acpi_memory acpi_random acpi_report acpi_s5 audit audit_clean audit_control audit_guest audit_memory audit_msr audit_places audit_report budget caps checksum control cpuid_cache decode ept event exit_reason \
	field fmt grants guest_cpuid guest_cr guest_descriptor guest_flat guest_hlt guest_linear guest_misc guest_msr \
	guest_segment guest_string guest_task judges line memory mtrr mtrr_model multiboot2 multiboot2_framebuffer multiboot2_hostile multiboot2_random \
	options out pagetable pagetable_failures pagetable_model pci plan power_plan range range_model \
	report samples screen segment serial serial_find serial_spcr stats string support text vectors verdict \
	vmcs_audit_kvm vmcs_audit_list vmcs_audit_log vmcs_audit_machine vmcs_audit_print

ACPI := kernel/acpi/acpi.c kernel/acpi/fadt.c kernel/acpi/madt.c kernel/acpi/s5.c kernel/acpi/spcr.c kernel/acpi/table.c \
	tests/unit/acpi_builder.c
UNIT_SOURCES_acpi := $(ACPI)
UNIT_SOURCES_acpi_memory := kernel/acpi/memory.c
UNIT_SOURCES_acpi_random := $(ACPI) boot/multiboot2.c kernel/acpi/power_plan.c
UNIT_SOURCES_acpi_report := $(ACPI) boot/multiboot2.c kernel/acpi/report.c kernel/acpi/power_plan.c \
	$(patsubst %,lib/%.c,fmt line out)
UNIT_SOURCES_acpi_s5 := $(ACPI)
UNIT_SOURCES_audit := vmx/answer.c vmx/audit/audit.c vmx/audit/rule.c vmx/caps.c vmx/control.c vmx/exit_reason.c vmx/field.c vmx/guests/hlt.c vmx/override.c vmx/plan.c vmx/audit/rules.c vmx/audit/rules_control.c vmx/audit/rules_msr.c vmx/audit/rules_warning.c lib/segment.c \
	$(patsubst %,lib/%.c,fmt memory_type out pagetable text) ept/ept.c tests/unit/audit_base.c
UNIT_SOURCES_audit_clean := $(UNIT_SOURCES_audit)
UNIT_SOURCES_audit_control := $(UNIT_SOURCES_audit)
UNIT_SOURCES_audit_guest := $(UNIT_SOURCES_audit)
# Each rule is broken in turn: audit_mutant.c stands between the audit and its rules.
AUDIT_MUTANTS := audit audit_memory audit_msr audit_places
$(foreach test,audit_memory audit_msr audit_places,\
	$(eval UNIT_SOURCES_$(test) := $(UNIT_SOURCES_audit) tests/unit/audit_mutant.c))
UNIT_SOURCES_audit += tests/unit/audit_mutant.c
$(foreach test,$(AUDIT_MUTANTS),$(eval UNIT_LDFLAGS_$(test) := -Wl,--wrap=audit_ask))
UNIT_SOURCES_audit_report := vmx/audit/report.c vmx/caps.c vmx/control.c vmx/field.c $(patsubst %,lib/%.c,fmt line out)
UNIT_SOURCES_budget :=
UNIT_SOURCES_caps := vmx/caps.c
UNIT_SOURCES_checksum := lib/checksum.c
UNIT_SOURCES_control := vmx/caps.c vmx/control.c
UNIT_SOURCES_cpuid_cache := vmx/cpu/cpuid_cache.c
UNIT_SOURCES_decode := vmx/exit/decode.c $(patsubst %,lib/%.c,fmt line out)
UNIT_SOURCES_ept := ept/ept.c lib/memory_type.c lib/pagetable.c tests/unit/fake_pages.c
UNIT_SOURCES_event := vmx/cpu/event.c
UNIT_SOURCES_exit_reason := vmx/exit_reason.c
UNIT_SOURCES_field := vmx/caps.c vmx/control.c vmx/field.c
UNIT_SOURCES_fmt := lib/fmt.c lib/out.c
UNIT_SOURCES_grants := kernel/grants.c lib/text.c
UNIT_SOURCES_guest_cpuid := vmx/caps.c vmx/control.c vmx/cpu/cpuid.c
UNIT_SOURCES_guest_cr := vmx/cpu/cr.c
GUEST_CPU := vmx/cpu/linear.c vmx/cpu/segment.c lib/segment.c tests/unit/guest_cpu_fixture.c
UNIT_SOURCES_guest_descriptor := $(GUEST_CPU) vmx/cpu/descriptor.c
UNIT_SOURCES_guest_flat := $(filter-out tests/unit/audit_mutant.c,$(UNIT_SOURCES_audit)) vmx/guests/flat.c tests/unit/fake_pages.c
UNIT_SOURCES_guest_hlt := vmx/caps.c vmx/control.c vmx/field.c vmx/guests/hlt.c vmx/plan.c lib/segment.c \
	ept/ept.c lib/memory_type.c lib/pagetable.c tests/unit/fake_pages.c
UNIT_SOURCES_guest_linear := $(GUEST_CPU)
UNIT_SOURCES_guest_misc := vmx/cpu/misc.c
UNIT_SOURCES_guest_msr := vmx/caps.c vmx/control.c vmx/field.c vmx/cpu/msr.c
UNIT_SOURCES_guest_segment := $(GUEST_CPU) vmx/cpu/prefix.c
UNIT_SOURCES_guest_string := $(GUEST_CPU) vmx/cpu/string.c
UNIT_SOURCES_guest_task := $(GUEST_CPU) \
	vmx/cpu/cr.c vmx/cpu/descriptor.c vmx/cpu/task.c vmx/cpu/task_segment.c vmx/cpu/tss.c
UNIT_SOURCES_judges := vmx/run/judges.c
UNIT_SOURCES_line := lib/line.c lib/fmt.c lib/out.c
UNIT_SOURCES_memory := kernel/memory.c lib/range.c
UNIT_SOURCES_mtrr := lib/memory_type.c lib/mtrr.c
UNIT_SOURCES_mtrr_model := $(UNIT_SOURCES_mtrr)
UNIT_SOURCES_multiboot2 := boot/multiboot2.c tests/unit/info_builder.c
UNIT_SOURCES_multiboot2_framebuffer := $(UNIT_SOURCES_multiboot2)
UNIT_SOURCES_multiboot2_hostile := $(UNIT_SOURCES_multiboot2)
UNIT_SOURCES_multiboot2_random := $(UNIT_SOURCES_multiboot2)
UNIT_SOURCES_options := kernel/grants.c kernel/options.c kernel/serial/serial.c kernel/serial/wish.c lib/fmt.c lib/out.c lib/text.c
UNIT_SOURCES_out := lib/out.c
UNIT_SOURCES_pagetable := lib/pagetable.c tests/unit/fake_pages.c tests/unit/pagetable_fixture.c
UNIT_SOURCES_pagetable_failures := $(UNIT_SOURCES_pagetable)
UNIT_SOURCES_pagetable_model := lib/pagetable.c tests/unit/fake_pages.c
UNIT_SOURCES_pci := kernel/serial/pci.c
UNIT_SOURCES_plan := vmx/caps.c vmx/control.c vmx/field.c vmx/plan.c
UNIT_SOURCES_power_plan := boot/multiboot2.c kernel/acpi/power_plan.c
UNIT_SOURCES_range := lib/range.c
UNIT_SOURCES_range_model := lib/range.c
UNIT_SOURCES_report := vmx/answer.c vmx/caps.c vmx/control.c vmx/exit_reason.c vmx/field.c vmx/report.c \
	$(patsubst %,lib/%.c,fmt line out)
UNIT_SOURCES_segment := lib/segment.c
UNIT_SOURCES_samples := lib/samples.c
UNIT_SOURCES_screen := kernel/font.c kernel/screen.c
UNIT_SOURCES_serial_find := kernel/serial/serial.c kernel/serial/find.c kernel/serial/wish.c lib/string.c lib/text.c
UNIT_SOURCES_serial_spcr := kernel/serial/serial.c kernel/serial/spcr.c
UNIT_SOURCES_serial := kernel/serial/serial.c
UNIT_SOURCES_stats := vmx/exit_reason.c vmx/exit/stats.c $(patsubst %,lib/%.c,fmt line out samples)
# test_string.c includes lib/string.c, to give its functions other names than the C library's.
UNIT_SOURCES_string :=
UNIT_SOURCES_support := vmx/caps.c vmx/control.c vmx/support.c lib/fmt.c lib/out.c
UNIT_SOURCES_text := lib/text.c
UNIT_SOURCES_vectors :=
UNIT_SOURCES_verdict := $(filter-out tests/unit/audit_mutant.c,$(UNIT_SOURCES_audit)) vmx/audit/verdict.c
UNIT_SOURCES_vmcs_audit_kvm := $(patsubst %,tools/vmcs-audit/%.c,capabilities find input judge lines \
	machine parse_kvm parse_list parse_log print_json print_lines print_text problem unasked) \
	$(AUDIT_SOURCES) vmx/audit/report.c \
	vmx/answer.c vmx/caps.c vmx/control.c vmx/exit_reason.c vmx/field.c vmx/override.c vmx/report.c \
	$(patsubst %,lib/%.c,fmt line memory_type out pagetable range text) ept/ept.c tests/unit/vmcs_audit_fixture.c
UNIT_SOURCES_vmcs_audit_list := $(UNIT_SOURCES_vmcs_audit_kvm)
UNIT_SOURCES_vmcs_audit_log := $(UNIT_SOURCES_vmcs_audit_kvm)
UNIT_SOURCES_vmcs_audit_machine := $(UNIT_SOURCES_vmcs_audit_kvm)
UNIT_SOURCES_vmcs_audit_print := $(UNIT_SOURCES_vmcs_audit_kvm)

UNIT_COMPILERS := gcc clang
UNIT_CFLAGS := -std=c17 -g -O1 -Wall -Wextra -Werror -fsanitize=address,undefined \
	-fno-sanitize-recover=all -I.

UNIT_PROGRAMS := $(foreach compiler,$(UNIT_COMPILERS),\
	$(UNIT_TESTS:%=$(BUILD)/unit/$(compiler)/test_%))

# $(call unit_objects,compiler,test)
unit_objects = $(patsubst %.c,$(BUILD)/unit/$(1)/%.o,tests/unit/test_$(2).c $(UNIT_SOURCES_$(2)))

UNIT_OBJECTS := $(sort $(foreach compiler,$(UNIT_COMPILERS),\
	$(foreach test,$(UNIT_TESTS),$(call unit_objects,$(compiler),$(test)))))

define unit_compiler_rule
$(BUILD)/unit/$(1)/%.o: %.c tests/unit/unit.mk
	@mkdir -p $$(@D)
	$(1) $$(UNIT_CFLAGS) -MMD -MP -c $$< -o $$@
endef

define unit_program_rule
$(BUILD)/unit/$(1)/test_$(2): $(call unit_objects,$(1),$(2))
	$(1) $$(UNIT_CFLAGS) $$^ $$(UNIT_LDFLAGS_$(2)) -lcmocka -o $$@
endef

$(foreach compiler,$(UNIT_COMPILERS),\
	$(eval $(call unit_compiler_rule,$(compiler)))\
	$(foreach test,$(UNIT_TESTS),$(eval $(call unit_program_rule,$(compiler),$(test)))))

# Runs all even where some fail. Of a test that passes only cmocka's closing lines are shown.
.PHONY: test-unit
test-unit: $(UNIT_PROGRAMS)
	@failed=; \
	for program in $(UNIT_PROGRAMS); do \
		echo "$$program"; \
		if $$program > $$program.log 2>&1; then \
			grep -E '^\[(=+| +PASSED +)\] [0-9]+ .*\.$$' $$program.log; \
		else \
			cat $$program.log; failed="$$failed $$program"; \
		fi; \
	done; \
	if [ -n "$$failed" ]; then echo "test-unit: failed:$$failed"; exit 1; fi; \
	echo "test-unit: all $(words $(UNIT_PROGRAMS)) programs passed"

-include $(UNIT_OBJECTS:.o=.d)
