# Builds the unit tests for this machine with each of the compilers below and sanitizers, and runs them.
#
# To add a test, write tests/unit/ROOM/test_NAME.c and add a row to tests/unit/tests.mk. The makefile
# that includes this one sets BUILD and the lists of files that the rows use. make runs in the root of
# the repository.

include tests/unit/tests.mk

UNIT_COMPILERS := gcc clang
UNIT_CFLAGS := -std=c17 -g -O1 -Wall -Wextra -Werror -fsanitize=address,undefined \
	-fno-sanitize-recover=all -I.

UNIT_PROGRAMS := $(foreach compiler,$(UNIT_COMPILERS),\
	$(UNIT_TESTS:%=$(BUILD)/unit/$(compiler)/%))

# $(call unit_objects,COMPILER,TEST): the objects of a test. Headers have none, and files that the test
# itself includes are not linked again.
unit_objects = $(patsubst %.c,$(BUILD)/unit/$(1)/%.o,tests/unit/$(2).c \
	$(sort $(filter-out $(UNIT_INCLUDES_$(2)) %.h,$(UNIT_COVERS_$(2)) $(UNIT_WITH_$(2)))))

UNIT_OBJECTS := $(sort $(foreach compiler,$(UNIT_COMPILERS),\
	$(foreach test,$(UNIT_TESTS),$(call unit_objects,$(compiler),$(test)))))

define unit_compiler_rule
$(BUILD)/unit/$(1)/%.o: %.c tests/unit/unit.mk
	@mkdir -p $$(@D)
	$$(call quietly,CC    $$< ($1))$(1) $$(UNIT_CFLAGS) -MMD -MP -c $$< -o $$@
endef

define unit_program_rule
$(BUILD)/unit/$(1)/$(2): $(call unit_objects,$(1),$(2)) tests/unit/tests.mk
	@mkdir -p $$(@D)
	$$(call quietly,LD    $$@)$(1) $$(UNIT_CFLAGS) $$(filter %.o,$$^) $$(UNIT_LDFLAGS_$(2)) -lcmocka -o $$@
endef

$(foreach compiler,$(UNIT_COMPILERS),\
	$(eval $(call unit_compiler_rule,$(compiler)))\
	$(foreach test,$(UNIT_TESTS),$(eval $(call unit_program_rule,$(compiler),$(test)))))

.PHONY: test-unit
test-unit: $(UNIT_PROGRAMS)
	@$(PYTHON) tests/unit/run --jobs $(JOBS) $(UNIT_PROGRAMS)

-include $(UNIT_OBJECTS:.o=.d)
