# The table of unit tests. Each row is $(call test,PROGRAM,COVERS,WITH):
#   PROGRAM  the test's source is tests/unit/PROGRAM.c
#   COVERS   the product files that it tests; a test of a header covers the header
#   WITH     further files that the program is linked with

test = $(eval UNIT_TESTS += $(strip $1)) \
	$(eval UNIT_COVERS_$(strip $1) := $2) \
	$(eval UNIT_WITH_$(strip $1) := $3)

lib = $(1:%=lib/%.c)
FIELDS := vmx/caps.c vmx/control.c vmx/field.c
FAKE_PAGES := tests/unit/fake_pages.c
LINES := $(call lib,fmt line out)

# ---- lib ---------------------------------------------------------------------------------------

PAGETABLE_FIXTURE := $(FAKE_PAGES) tests/unit/lib/pagetable_fixture.c

$(call test,lib/test_address,             lib/address.h)
$(call test,lib/test_bits,                lib/bits.h)
$(call test,lib/test_checksum,           lib/checksum.c)
$(call test,lib/test_fmt,                lib/fmt.c,              lib/out.c)
$(call test,lib/test_line,               lib/line.c,             lib/fmt.c lib/out.c)
$(call test,lib/test_mtrr,               lib/mtrr.c lib/memory_type.c)
$(call test,lib/test_mtrr_model,         lib/mtrr.c lib/memory_type.c)
$(call test,lib/test_out,                lib/out.c)
$(call test,lib/test_pagetable,          lib/pagetable.c,        $(PAGETABLE_FIXTURE))
$(call test,lib/test_pagetable_failures, lib/pagetable.c,        $(PAGETABLE_FIXTURE))
$(call test,lib/test_pagetable_model,    lib/pagetable.c,        $(FAKE_PAGES))
$(call test,lib/test_range,              lib/range.c)
$(call test,lib/test_range_model,        lib/range.c)
$(call test,lib/test_samples,            lib/samples.c)
$(call test,lib/test_segment,            lib/segment.c lib/segment.h)
$(call test,lib/test_string,             lib/string.c)
$(call test,lib/test_text,               lib/text.c)

# The test includes lib/string.c to rename its functions, which the C library also has.
UNIT_INCLUDES_lib/test_string := lib/string.c

# ---- boot, ept ---------------------------------------------------------------------------------

MULTIBOOT2 := boot/multiboot2.c
INFO_BUILDER := tests/unit/boot/info_builder.c

$(call test,boot/test_multiboot2,             $(MULTIBOOT2), $(INFO_BUILDER))
$(call test,boot/test_multiboot2_framebuffer, $(MULTIBOOT2) boot/multiboot2.h, $(INFO_BUILDER))
$(call test,boot/test_multiboot2_hostile,     $(MULTIBOOT2), $(INFO_BUILDER))
$(call test,boot/test_multiboot2_random,      $(MULTIBOOT2), $(INFO_BUILDER))
$(call test,ept/test_ept,                     ept/ept.c,     $(call lib,memory_type pagetable) $(FAKE_PAGES))

# ---- kernel ------------------------------------------------------------------------------------

acpi = $(1:%=kernel/acpi/%.c)
ACPI := $(call acpi,acpi fadt madt s5 spcr table)
ACPI_BUILDER := tests/unit/kernel/acpi/builder.c
serial = $(1:%=kernel/serial/%.c)

$(call test,kernel/acpi/test_acpi,       $(call acpi,acpi fadt madt spcr table), $(call acpi,s5) $(ACPI_BUILDER))
$(call test,kernel/acpi/test_memory,     $(call acpi,memory))
$(call test,kernel/acpi/test_power_plan, $(call acpi,power_plan), $(MULTIBOOT2))
$(call test,kernel/acpi/test_random,     $(ACPI),                 $(call acpi,power_plan) $(MULTIBOOT2) $(ACPI_BUILDER))
$(call test,kernel/acpi/test_report,     $(call acpi,report),     $(ACPI) $(call acpi,power_plan) $(MULTIBOOT2) $(LINES) $(ACPI_BUILDER))
$(call test,kernel/acpi/test_s5,         $(call acpi,s5),         $(filter-out $(call acpi,s5),$(ACPI)) $(ACPI_BUILDER))
$(call test,kernel/serial/test_find,     $(call serial,find wish), $(call serial,serial) $(call lib,string text))
$(call test,kernel/serial/test_pci,      $(call serial,pci))
$(call test,kernel/serial/test_serial,   $(call serial,serial))
$(call test,kernel/serial/test_spcr,     $(call serial,spcr),     $(call serial,serial))
$(call test,kernel/test_grants,          kernel/grants.c,         lib/text.c)
$(call test,kernel/test_memory,          kernel/memory.c,         lib/range.c)
$(call test,kernel/test_memory_source,   kernel/memory_source.c,  kernel/memory.c lib/range.c)
$(call test,kernel/test_options,         kernel/options.c $(call serial,wish), kernel/grants.c $(call serial,serial) $(call lib,fmt out text))
$(call test,kernel/test_screen,          kernel/screen.c kernel/font.c)

# ---- vmx ---------------------------------------------------------------------------------------

$(call test,vmx/test_bitmaps,     vmx/bitmaps.c)
$(call test,vmx/test_caps,        vmx/caps.c)
$(call test,vmx/test_control,     vmx/control.c,              vmx/caps.c)
$(call test,vmx/test_exit_reason, vmx/exit_reason.c)
$(call test,vmx/test_field,       vmx/field.c vmx/field.h,    vmx/caps.c vmx/control.c)
$(call test,vmx/test_image,       vmx/image.h,                $(FIELDS))
$(call test,vmx/test_plan,        vmx/plan.c,                 $(FIELDS))
$(call test,vmx/test_report,      vmx/report.c vmx/answer.c,  $(FIELDS) vmx/exit_reason.c $(LINES))
$(call test,vmx/test_support,     vmx/support.c,              vmx/caps.c vmx/control.c $(call lib,fmt out))

# ---- vmx/audit ---------------------------------------------------------------------------------

RULES := $(AUDIT_SOURCES) vmx/override.c
RULE_HEADERS := $(patsubst %,vmx/audit/%.h,rule rules_guest rules_host rules_warning)
AUDIT_BASE := $(FIELDS) vmx/answer.c vmx/exit_reason.c vmx/guests/hlt.c vmx/plan.c ept/ept.c \
	$(call lib,fmt memory_type out pagetable segment text) tests/unit/vmx/audit/base.c
# Wraps the rules of the audit and makes a chosen rule give wrong answers.
AUDIT_MUTANT := tests/unit/vmx/audit/mutant.c
AUDIT_MUTANTS := $(patsubst %,vmx/audit/test_%,audit memory places rules_msr)

$(call test,vmx/audit/test_audit,         $(RULES) $(RULE_HEADERS),     $(AUDIT_BASE) $(AUDIT_MUTANT))
$(call test,vmx/audit/test_clean,         $(RULES),                     $(AUDIT_BASE))
$(call test,vmx/audit/test_memory,        $(RULES),                     $(AUDIT_BASE) $(AUDIT_MUTANT))
$(call test,vmx/audit/test_places,        $(RULES),                     $(AUDIT_BASE) $(AUDIT_MUTANT))
$(call test,vmx/audit/test_report,        vmx/audit/report.c vmx/audit/rules.h, $(FIELDS) $(LINES))
$(call test,vmx/audit/test_rules_control, vmx/audit/rules_control.c,    $(RULES) $(AUDIT_BASE))
$(call test,vmx/audit/test_rules_guest,   vmx/audit/rules.c,            $(RULES) $(AUDIT_BASE))
$(call test,vmx/audit/test_rules_msr,     vmx/audit/rules_msr.c,        $(RULES) $(AUDIT_BASE) $(AUDIT_MUTANT))
$(call test,vmx/audit/test_verdict,       vmx/audit/verdict.c,          $(RULES) $(AUDIT_BASE))

$(foreach mutant,$(AUDIT_MUTANTS),$(eval UNIT_LDFLAGS_$(mutant) := -Wl,--wrap=audit_ask))

# ---- vmx/cpu -----------------------------------------------------------------------------------

cpu = $(1:%=vmx/cpu/%.c)
CPU_FIXTURE := $(call cpu,linear segment) lib/segment.c tests/unit/vmx/cpu/fixture.c

$(call test,vmx/cpu/test_cpuid,       $(call cpu,cpuid),                $(FIELDS))
$(call test,vmx/cpu/test_cpuid_cache, $(call cpu,cpuid_cache) vmx/cpu/cpuid_cache.h)
$(call test,vmx/cpu/test_cr,          $(call cpu,cr))
$(call test,vmx/cpu/test_descriptor,  $(call cpu,descriptor) vmx/cpu/descriptor.h, $(CPU_FIXTURE))
$(call test,vmx/cpu/test_event,       $(call cpu,event))
$(call test,vmx/cpu/test_linear,      $(call cpu,linear),               $(CPU_FIXTURE))
$(call test,vmx/cpu/test_misc,        $(call cpu,misc))
$(call test,vmx/cpu/test_msr,         $(call cpu,msr) vmx/cpu/msr.h,    $(FIELDS))
$(call test,vmx/cpu/test_segment,     $(call cpu,segment prefix) vmx/cpu/state.h, $(CPU_FIXTURE))
$(call test,vmx/cpu/test_string,      $(call cpu,string),               $(CPU_FIXTURE))
$(call test,vmx/cpu/test_task,        $(call cpu,task task_segment tss) vmx/cpu/state.h, $(call cpu,cr descriptor) $(CPU_FIXTURE))
$(call test,vmx/cpu/test_vectors,     vmx/cpu/vectors.h)

# ---- vmx/exit, vmx/fuzz, vmx/guests, vmx/run ---------------------------------------------------

$(call test,vmx/exit/test_budget, vmx/exit/budget.h)
$(call test,vmx/exit/test_decode, vmx/exit/decode.c, $(LINES))
$(call test,vmx/exit/test_record, vmx/exit/record.h)
$(call test,vmx/exit/test_stats,  vmx/exit/stats.c vmx/exit/stats.h, vmx/exit_reason.c lib/samples.c $(LINES))
$(call test,vmx/exit/test_trace_choice, vmx/exit/trace_choice.c)
$(call test,vmx/fuzz/test_mutate,  vmx/fuzz/mutate.c,  $(RULES) $(AUDIT_BASE))
$(call test,vmx/fuzz/test_survive, vmx/fuzz/survive.c, $(RULES) $(AUDIT_BASE))
$(call test,vmx/guests/test_flat, vmx/guests/flat.c, $(RULES) $(AUDIT_BASE) $(FAKE_PAGES))
$(call test,vmx/guests/test_hlt,  vmx/guests/hlt.c,  $(FIELDS) vmx/plan.c ept/ept.c \
	$(call lib,memory_type pagetable segment) $(FAKE_PAGES))
$(call test,vmx/run/test_judges,  vmx/run/judges.c)

# ---- tools/vmcs-audit --------------------------------------------------------------------------

vmcs_audit = $(1:%=tools/vmcs-audit/%.c)
VMCS_AUDIT_ALL := $(VMCS_AUDIT_PURE) $(call vmcs_audit,capabilities find input judge lines machine \
	parse_kvm parse_list parse_log print_json print_lines print_text problem unasked) \
	tests/unit/tools/vmcs-audit/fixture.c

$(call test,tools/vmcs-audit/test_kvm,     $(call vmcs_audit,parse_kvm judge unasked), $(VMCS_AUDIT_ALL))
$(call test,tools/vmcs-audit/test_list,    $(call vmcs_audit,parse_list input lines problem), $(VMCS_AUDIT_ALL))
$(call test,tools/vmcs-audit/test_log,     $(call vmcs_audit,parse_log find), $(VMCS_AUDIT_ALL))
$(call test,tools/vmcs-audit/test_machine, $(call vmcs_audit,machine capabilities), $(VMCS_AUDIT_ALL))
$(call test,tools/vmcs-audit/test_print,   $(call vmcs_audit,print_json print_lines print_text), $(VMCS_AUDIT_ALL))
