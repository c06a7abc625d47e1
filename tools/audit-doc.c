/* Prints docs/audit.md: every rule of the audit, from the audit's own table, and the processors
 * that were measured to enforce it.
 *
 * usage: audit-doc tests/evidence/PROCESSOR.txt ...
 *
 * Each file holds the `fuzz: rule=` lines of a boot with guest=fuzz count=0 on that processor. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vmx/audit/audit.h"

enum {
    PROCESSORS_MAX = 26, /* one letter each */
    LINE_MAX_LENGTH = 256,
};

/* The measured behaviour of a processor for one rule. */
enum observation {
    NOT_TRIED, /* the processor lacks the feature, or the attempt would crash the machine */
    ENFORCED,
    DEVIATED,
};

static struct processor {
    char name[64];
    enum observation observed[AUDIT_RULES];
} processors[PROCESSORS_MAX];
static unsigned processor_count;

static int rule_named(const char *name)
{
    for (int i = 0; i < (int)AUDIT_RULES; i++) {
        if (strcmp(audit_rules[i].id, name) == 0)
            return i;
    }
    return -1;
}

/* Names the processor after its file: "tests/evidence/tigerlake.txt" gives "tigerlake". */
static void name_processor(struct processor *processor, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    (void)snprintf(processor->name, sizeof processor->name, "%.*s", (int)strcspn(base, "."), base);
}

/* Returns the number after "key=" in line, or 0 if there is none. */
static unsigned long number_of(const char *line, const char *key)
{
    const char *at = strstr(line, key);
    return at ? strtoul(at + strlen(key), NULL, 10) : 0;
}

static bool read_evidence(struct processor *processor, const char *path)
{
    char line[LINE_MAX_LENGTH], name[128];
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        return false;
    }
    name_processor(processor, path);
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "fuzz: rule=%127s", name) != 1)
            continue;
        unsigned long tried = number_of(line, " tried="), agreed = number_of(line, " agreed=");
        int rule = rule_named(name);
        if (rule >= 0 && tried > 0)
            processor->observed[rule] = agreed == tried ? ENFORCED : DEVIATED;
    }
    (void)fclose(file);
    return true;
}

static const char *answer_of(enum audit_area area)
{
    switch (area) {
    case AREA_BLOCKED:
        return "error 26";
    case AREA_CONTROL:
        return "error 7";
    case AREA_HOST:
        return "error 8";
    case AREA_GUEST:
        return "exit 33, qualification 0";
    case AREA_PDPTE:
        return "exit 33, qualification 2";
    case AREA_NMI:
        return "exit 33, qualification 3";
    case AREA_LINK:
        return "exit 33, qualification 4";
    case AREA_MSR_LOAD:
        return "exit 34";
    case AREA_WARNING:
        break;
    }
    return "enters (a warning)";
}

static unsigned count_observed(unsigned rule, enum observation observation)
{
    unsigned count = 0;
    for (unsigned i = 0; i < processor_count; i++)
        count += processors[i].observed[rule] == observation;
    return count;
}

/* Returns the letter of a processor in the table. */
static int letter_of(unsigned processor)
{
    return (int)('A' + processor);
}

static void print_letters(unsigned rule, enum observation observation)
{
    for (unsigned i = 0; i < processor_count; i++) {
        if (processors[i].observed[rule] == observation)
            (void)putchar(letter_of(i));
    }
}

/* Prints which processors enforce the rule and which deviate from it. */
static void print_observed(unsigned rule)
{
    unsigned enforced = count_observed(rule, ENFORCED), deviated = count_observed(rule, DEVIATED);
    if (audit_rules[rule].area == AREA_WARNING)
        printf("no processor checks it");
    else if (enforced == 0 && deviated == 0)
        printf("not tried");
    else if (enforced == 0)
        printf("**none**");
    print_letters(rule, ENFORCED);
    if (deviated > 0) {
        printf("; not ");
        print_letters(rule, DEVIATED);
    }
}

static void print_key(void)
{
    printf("| letter | processor |\n| --- | --- |\n");
    for (unsigned i = 0; i < processor_count; i++)
        printf("| %c | %s |\n", letter_of(i), processors[i].name);
    printf("\n");
}

static void print_rules(void)
{
    printf("| rule | SDM | field | requires | processor's answer if broken | enforced by |\n"
           "| --- | --- | --- | --- | --- | --- |\n");
    for (unsigned i = 0; i < AUDIT_RULES; i++) {
        const struct audit_rule *rule = &audit_rules[i];
        printf("| %s | §%s | %s | %s | %s | ", rule->id, rule->section, audit_field_name(rule),
               rule->why, answer_of(rule->area));
        print_observed(i);
        printf(" |\n");
    }
}

static void print_unenforced(void)
{
    printf(
        "\n## Rules that no tested processor enforces\n\n"
        "Only the manual supports these rules. \"Not tried\" means that no tested processor has "
        "the feature, that\nthe rule's vector breaks another rule of a simpler processor first, or "
        "that the attempt would crash the\nmachine.\n\n");
    for (unsigned i = 0; i < AUDIT_RULES; i++) {
        if (audit_rules[i].area != AREA_WARNING && count_observed(i, ENFORCED) == 0) {
            printf("- %s: %s\n", audit_rules[i].id,
                   count_observed(i, DEVIATED) ? "deviates" : "not tried");
        }
    }
}

/* Checks that a processor makes at VM entry and that no rule covers. */
static const struct {
    const char *section, *check, *reason;
} not_covered[] = {
    {"26.1",
     "the processor is in VMX operation at CPL 0, and the current VMCS is not a shadow VMCS",
     "these checks do not depend on the fields of the VMCS; Trapline ensures them"},
    {"26.1", "the current VMCS is clear for VMLAUNCH and launched for VMRESUME (errors 4 and 5)",
     "the processor keeps the launch state in the VMCS region, not in a field"},
    {"26.2.1.1", "LOAD_IA32_RTIT_CTL is 0 while Intel PT is tracing",
     "the VMCS does not show whether tracing is enabled; no tested processor has Intel PT"},
    {"26.2.1.3",
     "the executive-VMCS pointer and its VMCS, for entries that return from SMM (errors 16 to 18, "
     "25)",
     "these checks apply only under dual-monitor treatment of SMM, which Trapline does not "
     "activate"},
    {"26.2.4",
     "HOST_ADDRESS_SPACE_SIZE and IA_32E_MODE_GUEST are 0 on a processor outside IA-32e mode",
     "the audit assumes that the processor is in IA-32e mode"},
    {"26.3.1.5", "activity state and interruptibility state for an entry to SMM",
     "the rule ENTRY_TO_SMM_OUTSIDE_SMM rejects such an entry first"},
    {"26.3.1.1",
     "bits of IA32_DEBUGCTL, IA32_PERF_GLOBAL_CTRL, IA32_RTIT_CTL, IA32_LBR_CTL and others that "
     "only some processors reserve",
     "no VMX capability MSR reports them; the rules check the bits that every processor reserves"},
    {"26.3.1.5", "bits 16 (RTM) and 11 (bus lock) of the pending debug exceptions are supported",
     "no VMX capability MSR reports them"},
    {"26.2.1", "physical addresses do not use the key bits that IA32_TME_ACTIVATE reserves",
     "the audit uses the width from CPUID 80000008H; no tested processor has memory encryption"},
    {"26.4", "WRMSR accepts the value of each entry of the VM-entry MSR-load area",
     "the rules check only MSRs whose values all processors restrict in the same way "
     "(vmx/audit/rules_msr.c)"},
};

static void print_not_covered(void)
{
    printf("\n## Checks without a rule\n\n| SDM | the processor checks | why there is no rule |\n"
           "| --- | --- | --- |\n");
    for (size_t i = 0; i < sizeof not_covered / sizeof not_covered[0]; i++) {
        printf("| §%s | %s | %s |\n", not_covered[i].section, not_covered[i].check,
               not_covered[i].reason);
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (processor_count == PROCESSORS_MAX) {
            (void)fprintf(stderr, "audit-doc: expected at most %d processors, found %d\n",
                          PROCESSORS_MAX, argc - 1);
            return EXIT_FAILURE;
        }
        if (!read_evidence(&processors[processor_count++], argv[i]))
            return EXIT_FAILURE;
    }
    printf(
        "# The rules of the audit\n\n"
        "`make docs` generates this file from `vmx/audit/rules.def`; do not edit it. Section "
        "numbers refer to SDM\nVolume 3C, order number 325384-077US.\n\n"
        "The last column is measured: each rule's failing vector was entered on these processors "
        "(models of Bochs\n2.7, `make evidence`; KVM of Linux 6.1 on one of them, `make "
        "evidence-kvm`). A letter means that this\nprocessor refused the entry as the manual says. "
        "`vmx/audit/deviations.def` explains each difference\nbetween a processor and the "
        "manual.\n\n");
    print_key();
    print_rules();
    print_unenforced();
    print_not_covered();
    return EXIT_SUCCESS;
}
