/* Reading the command line. */
#include "tools/vmcs-audit/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "lib/fmt.h"

enum {
    OPTION_FORMAT = 1,
    OPTION_CPU,
    OPTION_CAPS,
    OPTION_MSR,
    OPTION_PHYSICAL_BITS,
    OPTION_LINEAR_BITS,
    OPTION_LINES,
    OPTION_JSON,
    OPTION_HELP,
    OPTION_VERSION,
};

static const struct option long_options[] = {
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"cpu", required_argument, NULL, OPTION_CPU},
    {"caps", required_argument, NULL, OPTION_CAPS},
    {"msr", no_argument, NULL, OPTION_MSR},
    {"physical-bits", required_argument, NULL, OPTION_PHYSICAL_BITS},
    {"linear-bits", required_argument, NULL, OPTION_LINEAR_BITS},
    {"lines", no_argument, NULL, OPTION_LINES},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

void options_print_help(struct out *out)
{
    fmt_print(
        out,
        "usage: vmcs-audit [OPTION]... [FILE]\n"
        "Says which checks of VM entry (Intel SDM Vol 3C) a VMCS breaks, and what to do about it.\n"
        "\n"
        "FILE (else standard input) is one of\n"
        "  a serial log of Trapline's, with `vmcs:` lines\n"
        "  a kernel log with what KVM prints where an entry fails (kvm_intel.dump_invalid_vmcs=1)\n"
        "  a list of FIELD=value, by the SDM's names or encodings, and control.<NAME>=0|1\n"
        "\n"
        "  --format log|kvm|list  what FILE is; default: what it looks like\n"
        "\n"
        "What the processor can do, where FILE does not tell or another is meant:\n"
        "  --cpu NAME             a processor that this program knows; --cpu list lists them\n"
        "  --caps LOG             the processor of a Trapline log, for example of a healthy boot\n"
        "  --msr                  this machine's: /dev/cpu/0/msr (root, modprobe msr) and CPUID\n"
        "  --physical-bits N, --linear-bits N\n"
        "                         widths of addresses, other than it says\n"
        "\n"
        "Printed are, in the order in which the processor checks:\n"
        "  (default)              findings for people\n"
        "  --lines                lines as of Trapline's serial port\n"
        "  --json                 one JSON document\n"
        "\n"
        "  --help, --version\n"
        "\n"
        "Exit status: 0 no error found (there may be warnings), 1 errors found, or FILE tells "
        "that\n"
        "the processor refused and the audit does not explain it, 2 unusable input.\n");
}

static bool wrong(const char *option, const char *expected, const char *found)
{
    (void)fprintf(stderr, "vmcs-audit: --%s: expected %s, not %s\n", option, expected, found);
    return false;
}

static bool set_format(const char *name, struct options *options)
{
    if (strcmp(name, "log") == 0)
        options->format = FORMAT_LOG;
    else if (strcmp(name, "list") == 0)
        options->format = FORMAT_LIST;
    else if (strcmp(name, "kvm") == 0)
        options->format = FORMAT_KVM;
    else
        return wrong("format", "log, kvm or list", name);
    return true;
}

static bool set_caps(enum caps_source source, const char *name, struct options *options)
{
    if (options->caps != CAPS_OF_INPUT) {
        (void)fprintf(stderr, "vmcs-audit: expected only one of --cpu, --caps and --msr\n");
        return false;
    }
    options->caps = source;
    options->caps_name = name;
    return true;
}

/* Whether it is a width that addresses have is said of the capabilities as a whole. */
static bool set_width(const char *option, const char *text, uint8_t *width)
{
    uint64_t value;
    if (!text_number(text_of(text), &value) || value == 0 || value > 64)
        return wrong(option, "a number of bits", text);
    *width = (uint8_t)value;
    return true;
}

static bool set_option(int option, const char *argument, struct options *options)
{
    switch (option) {
    case OPTION_FORMAT:
        return set_format(argument, options);
    case OPTION_CPU:
        if (strcmp(argument, "list") == 0) {
            options->action = ACTION_LIST_PROFILES;
            return true;
        }
        return set_caps(CAPS_OF_PROFILE, argument, options);
    case OPTION_CAPS:
        return set_caps(CAPS_OF_FILE, argument, options);
    case OPTION_MSR:
        return set_caps(CAPS_OF_MACHINE, NULL, options);
    case OPTION_PHYSICAL_BITS:
        return set_width("physical-bits", argument, &options->physical_bits);
    case OPTION_LINEAR_BITS:
        return set_width("linear-bits", argument, &options->linear_bits);
    case OPTION_LINES:
        options->print = print_lines;
        return true;
    case OPTION_JSON:
        options->print = print_json;
        return true;
    case OPTION_HELP:
        options->action = ACTION_HELP;
        return true;
    case OPTION_VERSION:
        options->action = ACTION_VERSION;
        return true;
    default: /* getopt_long() has said what is wrong */
        return false;
    }
}

bool options_parse(int count, char **arguments, struct options *options)
{
    int option;
    *options = (struct options){.print = print_text};
    while ((option = getopt_long(count, arguments, "", long_options, NULL)) != -1) {
        if (!set_option(option, optarg, options))
            return false;
    }
    if (count - optind > 1) {
        (void)fprintf(stderr, "vmcs-audit: expected one file, not %d\n", count - optind);
        return false;
    }
    if (optind < count && strcmp(arguments[optind], "-") != 0)
        options->file = arguments[optind];
    return true;
}
