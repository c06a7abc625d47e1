/* The shared fixture of the tests of vmcs-audit. */
#include "tests/unit/tools/vmcs-audit/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"
#include "tools/vmcs-audit/capabilities.h"
#include "tools/vmcs-audit/print.h"

enum { FILE_SIZE_LIMIT = 1 << 20 };

char *read_file(const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "tools/vmcs-audit/%s", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = malloc(FILE_SIZE_LIMIT);
    assert_non_null(text);
    size_t length = fread(text, 1, FILE_SIZE_LIMIT - 1, file);
    text[length] = '\0';
    fclose(file);
    return text;
}

struct vmx_caps profile_caps(const char *name)
{
    char path[100];
    struct vmx_caps caps;
    struct problem problem;
    snprintf(path, sizeof path, "profiles/%s.caps", name);
    char *text = read_file(path);
    assert_true(input_parse_caps(text_of(text), &caps, &problem));
    assert_true(capabilities_check(&caps, &problem));
    free(text);
    return caps;
}

bool parse_bytes(const char *bytes, size_t length, enum input_format format, struct input *input,
                 struct problem *problem)
{
    char *copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, length);
    bool parsed = input_parse((struct text){copy, length}, format, input, problem);
    free(copy);
    return parsed;
}

struct input parse_good(const char *text, enum input_format format)
{
    struct input input;
    struct problem problem = {.text = ""};
    bool parsed = parse_bytes(text, strlen(text), format, &input, &problem);
    if (!parsed)
        fail_msg("line %zu: %s", problem.line, problem.text);
    return input;
}

void assert_bad(const char *text, enum input_format format, size_t line, const char *words)
{
    struct input input;
    struct problem problem;
    assert_false(parse_bytes(text, strlen(text), format, &input, &problem));
    assert_int_equal(problem.line, line);
    if (!strstr(problem.text, words))
        fail_msg("`%s` has not `%s`", problem.text, words);
}

void assert_field(const struct input *input, struct vmcs_field field, uint64_t value)
{
    if (!input->image.known[field.index])
        fail_msg("%s is not given", field_name(field));
    assert_int_equal(image_get(&input->image, field), value);
}

void assert_no_field(const struct input *input, struct vmcs_field field)
{
    if (input->image.known[field.index])
        fail_msg("%s is given", field_name(field));
}

bool has_finding(const struct judgement *judgement, enum audit_rule_id rule)
{
    for (unsigned i = 0; i < judgement->audit.failed; i++) {
        if (judgement->audit.finding[i].rule == rule)
            return true;
    }
    return false;
}

void replace(char *string, const char *from, const char *to)
{
    char *at = strstr(string, from);
    assert_non_null(at);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(at, to, strlen(to));
}

static void swallow(struct out *out, char c)
{
    (void)out;
    (void)c;
}

static void judge_and_print(const struct input *input, const struct vmx_caps *caps)
{
    struct out out = {.put = swallow};
    struct judgement judgement;
    judge(input, caps, &judgement);
    struct report report = {"test", "-", input, caps, "-", &judgement};
    print_text(&report, &out);
    print_lines(&report, &out);
    print_json(&report, &out);
}

void try_every_beginning(const char *text, enum input_format format)
{
    struct vmx_caps caps = profile_caps("tigerlake");
    for (size_t length = 0; length <= strlen(text); length++) {
        struct input input;
        struct problem problem = {.text = ""};
        if (parse_bytes(text, length, format, &input, &problem))
            judge_and_print(&input, &caps);
        else
            assert_true(strlen(problem.text) > 0);
    }
}
