/* The shared fixture of the tests of vmcs-audit: samples, profiles, and inputs in allocations of
 * their exact size, so that an overread is caught. */
#ifndef TESTS_UNIT_TOOLS_VMCS_AUDIT_FIXTURE_H
#define TESTS_UNIT_TOOLS_VMCS_AUDIT_FIXTURE_H

#include "tools/vmcs-audit/input.h"
#include "tools/vmcs-audit/judge.h"

/* Returns a file of tools/vmcs-audit as a string. The caller frees it. */
char *read_file(const char *name);

/* Returns the capabilities of profiles/<name>.caps. */
struct vmx_caps profile_caps(const char *name);

/* Parses a copy of these bytes. */
bool parse_bytes(const char *bytes, size_t length, enum input_format format, struct input *input,
                 struct problem *problem);

/* Parses a valid text. */
struct input parse_good(const char *text, enum input_format format);

/* Asserts that parsing the text fails in this line with a message that contains `words`. */
void assert_bad(const char *text, enum input_format format, size_t line, const char *words);

/* Asserts that the input has the field with this value. */
void assert_field(const struct input *input, struct vmcs_field field, uint64_t value);
void assert_no_field(const struct input *input, struct vmcs_field field);

/* Returns true if the audit reports the rule. */
bool has_finding(const struct judgement *judgement, enum audit_rule_id rule);

/* Replaces the first `from` in a string, which must exist, with `to` of the same length. */
void replace(char *string, const char *from, const char *to);

/* Parses, audits and prints each beginning of a text in every format. */
void try_every_beginning(const char *text, enum input_format format);

#endif
