/* What the tests of vmcs-audit share: its samples, a processor, and inputs that stand in
 * allocations of their exact size, so that whatever is read beyond their end is caught. */
#ifndef TESTS_UNIT_TOOLS_VMCS_AUDIT_FIXTURE_H
#define TESTS_UNIT_TOOLS_VMCS_AUDIT_FIXTURE_H

#include "tools/vmcs-audit/input.h"
#include "tools/vmcs-audit/judge.h"

/* A file of tools/vmcs-audit, as a string; to be freed. */
char *read_file(const char *name);

/* The capabilities of profiles/<name>.caps. */
struct vmx_caps profile_caps(const char *name);

/* Parses a copy of these bytes. */
bool parse_bytes(const char *bytes, size_t length, enum input_format format, struct input *input,
                 struct problem *problem);

/* Parses text, which is good. */
struct input parse_good(const char *text, enum input_format format);

/* Parses text, which is bad: the problem is in this line, and its words have these among them. */
void assert_bad(const char *text, enum input_format format, size_t line, const char *words);

/* The value of a field that the input gives. */
void assert_field(const struct input *input, struct vmcs_field field, uint64_t value);
void assert_no_field(const struct input *input, struct vmcs_field field);

/* Whether the audit found the rule broken. */
bool has_finding(const struct judgement *judgement, enum audit_rule_id rule);

/* Replaces the first `from` of a string, which has one, by as many characters. */
void replace(char *string, const char *from, const char *to);

/* Parses, audits and prints in every form each beginning of a text. */
void try_every_beginning(const char *text, enum input_format format);

#endif
