/* vmcs-audit: runs Trapline's audit of a VMCS (vmx/audit/audit.h) as a Linux program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/fmt.h"
#include "tools/vmcs-audit/capabilities.h"
#include "tools/vmcs-audit/file.h"
#include "tools/vmcs-audit/machine.h"
#include "tools/vmcs-audit/options.h"
#include "tools/vmcs-audit/profile.h"

#define PROGRAM "vmcs-audit " TRAPLINE_VERSION

enum status {
    STATUS_CLEAN = 0,
    STATUS_FINDINGS = 1, /* errors, or a refusal that the audit does not explain */
    STATUS_UNUSABLE = 2,
};

/* The source of the processor's capabilities, for the report. */
struct origin {
    char text[200];
};

static void origin_note(struct origin *origin, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void origin_note(struct origin *origin, const char *format, ...)
{
    struct out_buffer words;
    va_list arguments;
    out_buffer_init(&words, origin->text, sizeof origin->text);
    va_start(arguments, format);
    fmt_vprint(&words.out, format, arguments);
    va_end(arguments);
}

struct out_file {
    struct out out;
    FILE *file;
};

/* Drops the CR of CR LF, which only the serial port needs. */
static void out_file_put(struct out *out, char c)
{
    /* The sink is the first member of struct out_file, so both have the same address. */
    const struct out_file *to = (const struct out_file *)out;
    if (c != '\r')
        (void)fputc(c, to->file);
}

static enum status unusable(const char *name, const struct problem *problem)
{
    if (problem->line > 0)
        (void)fprintf(stderr, "vmcs-audit: %s:%zu: %s\n", name, problem->line, problem->text);
    else
        (void)fprintf(stderr, "vmcs-audit: %s: %s\n", name, problem->text);
    return STATUS_UNUSABLE;
}

static bool caps_from_profile(const char *name, struct vmx_caps *caps, struct origin *origin,
                              struct problem *problem)
{
    const struct profile *profile = profile_find(name);
    if (!profile) {
        problem_note(problem, 0, "unknown processor; `--cpu list` lists the known ones");
        return false;
    }
    struct text from = profile_origin(profile);
    origin_note(origin, "%s (%.*s)", name, (int)from.length, from.at);
    return input_parse_caps(text_of(profile->text), caps, problem);
}

static bool caps_from_file(const char *path, struct vmx_caps *caps, struct origin *origin,
                           struct problem *problem)
{
    struct text bytes;
    origin_note(origin, "from %s", path);
    if (!file_read(path, &bytes, problem))
        return false;
    bool parsed = input_parse_caps(bytes, caps, problem);
    file_free(bytes);
    return parsed;
}

static bool caps_from_input(const struct input *input, struct vmx_caps *caps, struct origin *origin,
                            struct problem *problem)
{
    origin_note(origin, "from the input");
    *caps = input->caps;
    if (capabilities_given(caps))
        return true;
    problem_note(
        problem, 0,
        "expected the capabilities of the processor, found none in the input; give --msr (this "
        "machine), --caps LOG (a Trapline log) or --cpu NAME (`--cpu list` lists the names)");
    return false;
}

/* Gets the capabilities from the source that the options select. *name becomes the name of that
 * source for messages about a problem. */
static bool get_caps(const struct options *options, const struct input *input,
                     struct vmx_caps *caps, struct origin *origin, const char **name,
                     struct problem *problem)
{
    bool found = false;
    switch (options->caps) {
    case CAPS_OF_INPUT:
        found = caps_from_input(input, caps, origin, problem);
        break;
    case CAPS_OF_PROFILE:
        *name = options->caps_name;
        found = caps_from_profile(*name, caps, origin, problem);
        break;
    case CAPS_OF_FILE:
        *name = options->caps_name;
        found = caps_from_file(*name, caps, origin, problem);
        break;
    case CAPS_OF_MACHINE:
        *name = "--msr";
        origin_note(origin, "this machine");
        found = machine_caps(&this_machine, caps, problem);
        break;
    }
    if (options->physical_bits > 0)
        caps->physical_bits = options->physical_bits;
    if (options->linear_bits > 0)
        caps->linear_bits = options->linear_bits;
    return found && capabilities_check(caps, problem);
}

static enum status report(const struct options *options, const char *name,
                          const struct input *input, struct out *out)
{
    struct problem problem;
    struct origin origin = {.text = ""};
    struct vmx_caps caps = {0};
    struct judgement judgement;
    const char *caps_name = name;
    if (!get_caps(options, input, &caps, &origin, &caps_name, &problem))
        return unusable(caps_name, &problem);
    judge(input, &caps, &judgement);
    options->print(&(struct report){PROGRAM, name, input, &caps, origin.text, &judgement}, out);
    return judgement_errors(&judgement) > 0 || judgement_unexplained(&judgement) ? STATUS_FINDINGS
                                                                                 : STATUS_CLEAN;
}

static enum status audit_file(const struct options *options, struct out *out)
{
    const char *name = options->file ? options->file : "standard input";
    struct text bytes;
    struct input input;
    struct problem problem;
    if (!file_read(options->file, &bytes, &problem))
        return unusable(name, &problem);
    bool parsed = input_parse(bytes, options->format, &input, &problem);
    file_free(bytes);
    return parsed ? report(options, name, &input, out) : unusable(name, &problem);
}

static enum status run(const struct options *options, struct out *out)
{
    switch (options->action) {
    case ACTION_HELP:
        options_print_help(out);
        return STATUS_CLEAN;
    case ACTION_VERSION:
        fmt_print(out, PROGRAM ", %u rules\n", (unsigned)AUDIT_RULES);
        return STATUS_CLEAN;
    case ACTION_LIST_PROFILES:
        profile_print_all(out);
        return STATUS_CLEAN;
    case ACTION_AUDIT:
        break;
    }
    return audit_file(options, out);
}

int main(int count, char **arguments)
{
    struct options options;
    struct out_file out = {.out = {.put = out_file_put}, .file = stdout};
    if (!options_parse(count, arguments, &options))
        return STATUS_UNUSABLE;
    enum status status = run(&options, &out.out);
    /* If the report could not be written, fail. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("vmcs-audit: standard output");
        return STATUS_UNUSABLE;
    }
    return status;
}
