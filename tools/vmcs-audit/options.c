/* Parses the command line. */
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
        "Reports which VM-entry checks (Intel SDM Vol 3C) a VMCS fails, and how to fix it.\n"
        "\n"
        "FILE (default: standard input) is one of\n"
        "  a serial log of Trapline with `vmcs:` lines\n"
        "  a kernel log with a VMCS dump of KVM (set kvm_intel.dump_invalid_vmcs=1)\n"
        "  a list of FIELD=value (SDM names or encodings) and control.<NAME>=0|1\n"
        "\n"
        "  --format log|kvm|list  format of FILE; default: detect it\n"
        "\n"
        "The processor's capabilities, if FILE does not have them or to override them:\n"
        "  --cpu NAME             a built-in processor; `--cpu list` lists the names\n"
        "  --caps LOG             the processor of a Trapline log, for example of a good boot\n"
        "  --msr                  this machine: /dev/cpu/0/msr (root, modprobe msr) and CPUID\n"
        "  --physical-bits N, --linear-bits N\n"
        "                         override the address widths\n"
        "\n"
        "Output, in the order of the processor's checks:\n"
        "  (default)              a readable report\n"
        "  --lines                lines as on Trapline's serial port\n"
        "  --json                 one JSON document\n"
        "\n"
        "  --help, --version\n"
        "\n"
        "Exit status:\n"
        "  0  no errors (there may be warnings)\n"
        "  1  errors, or FILE says that the processor refused the VM entry and the audit cannot\n"
        "     explain it\n"
        "  2  unusable input or wrong usage\n");
}

static bool invalid(const char *option, const char *expected, const char *found)
{
    (void)fprintf(stderr, "vmcs-audit: --%s: expected %s, found %s\n", option, expected, found);
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
        return invalid("format", "log, kvm or list", name);
    return true;
}

static bool set_caps(enum caps_source source, const char *name, struct options *options)
{
    if (options->caps != CAPS_OF_INPUT) {
        (void)fprintf(stderr,
                      "vmcs-audit: expected one of --cpu, --caps and --msr, found several\n");
        return false;
    }
    options->caps = source;
    options->caps_name = name;
    return true;
}

/* Only checks that the text is a number of bits; capabilities_check() checks the width. */
static bool set_width(const char *option, const char *text, uint8_t *width)
{
    uint64_t value;
    if (!text_number(text_of(text), &value) || value == 0 || value > 64)
        return invalid(option, "a number of bits", text);
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
    default: /* getopt_long() has printed the error */
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
        (void)fprintf(stderr, "vmcs-audit: expected one file, found %d\n", count - optind);
        return false;
    }
    if (optind < count && strcmp(arguments[optind], "-") != 0)
        options->file = arguments[optind];
    return true;
}
